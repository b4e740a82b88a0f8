-- Security alarms stay until a person acknowledges them, and each event is told once.
ALTER TABLE "device_alarm" ADD COLUMN     "acknowledged_at" TIMESTAMPTZ(3),
ADD COLUMN     "acknowledged_by_id" UUID,
ADD COLUMN     "subject" TEXT NOT NULL DEFAULT '';

-- Alarms of earlier versions that are over, and all but the newest of those told twice, must not stand in the way.
UPDATE "device_alarm" SET "cleared_at" = "raised_at" WHERE "state" = 'cleared' AND "cleared_at" IS NULL;
UPDATE "device_alarm" older SET "state" = 'cleared', "cleared_at" = newer."raised_at"
  FROM "device_alarm" newer
 WHERE older."state" = 'raised' AND newer."state" = 'raised'
   AND newer."device_id" = older."device_id" AND newer."code" = older."code" AND newer."id" > older."id";

-- One row for one event while it is raised or its condition goes on, whatever the program does.
CREATE UNIQUE INDEX "device_alarm_event_key" ON "device_alarm"("device_id", "code", "subject")
  WHERE "state" = 'raised' OR "cleared_at" IS NULL;
