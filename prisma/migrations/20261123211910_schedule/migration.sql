-- CreateEnum
CREATE TYPE "LanguageMode" AS ENUM ('first', 'each');

-- CreateEnum
CREATE TYPE "LateStart" AS ENUM ('join', 'restart', 'skip');

-- CreateEnum
CREATE TYPE "Placement" AS ENUM ('fixed', 'queue');

-- CreateEnum
CREATE TYPE "OnConflict" AS ENUM ('follow', 'drop');

-- CreateEnum
CREATE TYPE "TargetKind" AS ENUM ('area', 'group', 'device');

-- AlterTable
ALTER TABLE "broadcast" ADD COLUMN     "continued_at" TIMESTAMPTZ(3),
ADD COLUMN     "continued_by_id" UUID,
ADD COLUMN     "except_dates" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "extra_dates" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "language_mode" "LanguageMode" NOT NULL DEFAULT 'first',
ADD COLUMN     "late_start" "LateStart" NOT NULL DEFAULT 'join',
ADD COLUMN     "local_times" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "on_conflict" "OnConflict" NOT NULL DEFAULT 'follow',
ADD COLUMN     "placement" "Placement" NOT NULL DEFAULT 'fixed',
ADD COLUMN     "rule" TEXT,
ADD COLUMN     "skip_holidays" BOOLEAN NOT NULL DEFAULT false;

-- What was planned before goes on.
UPDATE "broadcast" SET "local_times" = ARRAY["local_time"], "rule" = CASE "recurrence" WHEN 'daily' THEN 'FREQ=DAILY' END;
ALTER TABLE "broadcast" DROP COLUMN "local_time", DROP COLUMN "recurrence";

-- AlterTable
ALTER TABLE "device" ADD COLUMN     "emergency_volume_percent" INTEGER NOT NULL DEFAULT 100,
ADD COLUMN     "languages" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "max_volume_percent" INTEGER NOT NULL DEFAULT 100;

-- AlterTable
ALTER TABLE "expected_play" DROP CONSTRAINT "expected_play_pkey",
ADD COLUMN     "left_out" TEXT,
ADD COLUMN     "settled_at" TIMESTAMPTZ(3),
ADD CONSTRAINT "expected_play_pkey" PRIMARY KEY ("occurrence_id", "item_id", "language", "device_id");

-- Until now every occurrence could resume for half an hour after its planned end.
UPDATE "expected_play" e SET "settled_at" = o."end_at" + interval '30 minutes' FROM "occurrence" o WHERE o."id" = e."occurrence_id";
ALTER TABLE "expected_play" ALTER COLUMN "settled_at" SET NOT NULL;

-- AlterTable
ALTER TABLE "occurrence" ADD COLUMN     "airing" JSONB;

-- DropEnum
DROP TYPE "Recurrence";

-- CreateTable
CREATE TABLE "area_rules" (
    "area_id" UUID NOT NULL,
    "hours" JSONB,
    "max_sessions_per_day" INTEGER,
    "max_minutes_per_session" INTEGER,
    "max_minutes_per_day" INTEGER,
    "volumes" JSONB,
    "lead_in" JSONB,
    "languages" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_by_id" UUID NOT NULL,

    CONSTRAINT "area_rules_pkey" PRIMARY KEY ("area_id")
);

-- CreateTable
CREATE TABLE "area_holiday" (
    "id" UUID NOT NULL,
    "area_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "first_date" TEXT NOT NULL,
    "last_date" TEXT NOT NULL,
    "created_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "area_holiday_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "suspension" (
    "id" UUID NOT NULL,
    "area_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "lifted_at" TIMESTAMPTZ(3),
    "lifted_by_id" UUID,

    CONSTRAINT "suspension_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "planned_move" (
    "id" UUID NOT NULL,
    "area_ids" UUID[] DEFAULT ARRAY[]::UUID[],
    "device_ids" UUID[] DEFAULT ARRAY[]::UUID[],
    "into_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "effective_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "done_at" TIMESTAMPTZ(3),
    "cancelled_at" TIMESTAMPTZ(3),

    CONSTRAINT "planned_move_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "device_group" (
    "id" UUID NOT NULL,
    "area_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "device_group_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "device_group_member" (
    "group_id" UUID NOT NULL,
    "device_id" UUID NOT NULL,

    CONSTRAINT "device_group_member_pkey" PRIMARY KEY ("group_id","device_id")
);

-- CreateTable
CREATE TABLE "device_connection" (
    "device_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "began_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "boot_id" UUID,

    CONSTRAINT "device_connection_pkey" PRIMARY KEY ("device_id","connection_id")
);

-- CreateTable
CREATE TABLE "adopted_target" (
    "ledger_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "device_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "content_hash" TEXT NOT NULL,
    "adopted_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "adopted_target_pkey" PRIMARY KEY ("ledger_id","seq")
);

-- CreateTable
CREATE TABLE "bulletin_variant" (
    "revision_id" UUID NOT NULL,
    "language" TEXT NOT NULL,
    "clip_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "bulletin_variant_pkey" PRIMARY KEY ("revision_id","language")
);

-- CreateTable
CREATE TABLE "broadcast_target" (
    "broadcast_id" UUID NOT NULL,
    "kind" "TargetKind" NOT NULL,
    "ref_id" UUID NOT NULL,
    "is_excluded" BOOLEAN NOT NULL,

    CONSTRAINT "broadcast_target_pkey" PRIMARY KEY ("broadcast_id","kind","ref_id")
);

-- CreateTable
CREATE TABLE "occurrence_change" (
    "broadcast_id" UUID NOT NULL,
    "original_start_at" TIMESTAMPTZ(3) NOT NULL,
    "is_cancelled" BOOLEAN NOT NULL,
    "moved_start_at" TIMESTAMPTZ(3),
    "programme_id" UUID,
    "changed_by_id" UUID NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "occurrence_change_pkey" PRIMARY KEY ("broadcast_id","original_start_at")
);

-- CreateTable
CREATE TABLE "broadcast_rank" (
    "area_id" UUID NOT NULL,
    "broadcast_id" UUID NOT NULL,
    "rank" INTEGER NOT NULL,

    CONSTRAINT "broadcast_rank_pkey" PRIMARY KEY ("area_id","broadcast_id")
);

-- CreateIndex
CREATE INDEX "area_holiday_area_id_idx" ON "area_holiday"("area_id");

-- CreateIndex
CREATE INDEX "suspension_area_id_idx" ON "suspension"("area_id");

-- CreateIndex
CREATE INDEX "suspension_ends_at_idx" ON "suspension"("ends_at");

-- CreateIndex
CREATE INDEX "planned_move_effective_at_idx" ON "planned_move"("effective_at");

-- CreateIndex
CREATE INDEX "device_group_area_id_idx" ON "device_group"("area_id");

-- CreateIndex
CREATE INDEX "device_group_member_device_id_idx" ON "device_group_member"("device_id");

-- CreateIndex
CREATE INDEX "device_connection_device_id_began_at_idx" ON "device_connection"("device_id", "began_at");

-- CreateIndex
CREATE INDEX "adopted_target_device_id_adopted_at_idx" ON "adopted_target"("device_id", "adopted_at");

-- CreateIndex
CREATE INDEX "bulletin_variant_clip_id_idx" ON "bulletin_variant"("clip_id");

-- CreateIndex
CREATE INDEX "broadcast_target_ref_id_idx" ON "broadcast_target"("ref_id");

-- AddForeignKey
ALTER TABLE "area_rules" ADD CONSTRAINT "area_rules_area_id_fkey" FOREIGN KEY ("area_id") REFERENCES "area"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "area_holiday" ADD CONSTRAINT "area_holiday_area_id_fkey" FOREIGN KEY ("area_id") REFERENCES "area"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "suspension" ADD CONSTRAINT "suspension_area_id_fkey" FOREIGN KEY ("area_id") REFERENCES "area"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "device_group" ADD CONSTRAINT "device_group_area_id_fkey" FOREIGN KEY ("area_id") REFERENCES "area"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "device_group_member" ADD CONSTRAINT "device_group_member_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "device_group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "device_group_member" ADD CONSTRAINT "device_group_member_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "device_connection" ADD CONSTRAINT "device_connection_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bulletin_variant" ADD CONSTRAINT "bulletin_variant_revision_id_fkey" FOREIGN KEY ("revision_id") REFERENCES "bulletin_revision"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bulletin_variant" ADD CONSTRAINT "bulletin_variant_clip_id_fkey" FOREIGN KEY ("clip_id") REFERENCES "clip"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "broadcast_target" ADD CONSTRAINT "broadcast_target_broadcast_id_fkey" FOREIGN KEY ("broadcast_id") REFERENCES "broadcast"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "occurrence_change" ADD CONSTRAINT "occurrence_change_broadcast_id_fkey" FOREIGN KEY ("broadcast_id") REFERENCES "broadcast"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "broadcast_rank" ADD CONSTRAINT "broadcast_rank_area_id_fkey" FOREIGN KEY ("area_id") REFERENCES "area"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "broadcast_rank" ADD CONSTRAINT "broadcast_rank_broadcast_id_fkey" FOREIGN KEY ("broadcast_id") REFERENCES "broadcast"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
