-- CreateTable
CREATE TABLE "shared_target" (
    "sha256" TEXT NOT NULL,
    "content" JSONB NOT NULL,
    "last_used_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "shared_target_pkey" PRIMARY KEY ("sha256")
);

-- AlterTable
ALTER TABLE "device_target" ADD COLUMN     "own" JSONB,
ADD COLUMN     "shared_sha256" TEXT;

-- Targets stay what they are, under their revision and hash: only where their parts lie is another place. The name of a
-- shared part need not be the one that it would get today.
UPDATE "device_target" t
   SET "own" = t."content" - '{permitted,clips,days,horizonEndsAt}'::text[],
       "shared_sha256" = encode(sha256(convert_to(s.part::text, 'UTF8')), 'hex')
  FROM (SELECT "device_id", "content" - '{deviceId,areas,timeZone,volumePercent,maxVolumePercent,emergencyVolumePercent,muted}'::text[] AS part
          FROM "device_target") s
 WHERE s."device_id" = t."device_id";

INSERT INTO "shared_target" ("sha256", "content", "last_used_at")
SELECT DISTINCT ON (t."shared_sha256") t."shared_sha256",
       t."content" - '{deviceId,areas,timeZone,volumePercent,maxVolumePercent,emergencyVolumePercent,muted}'::text[], t."updated_at"
  FROM "device_target" t
 ORDER BY t."shared_sha256", t."updated_at" DESC;

ALTER TABLE "device_target" DROP COLUMN "content",
ALTER COLUMN "own" SET NOT NULL,
ALTER COLUMN "shared_sha256" SET NOT NULL;
