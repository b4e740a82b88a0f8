-- AlterEnum

ALTER TYPE "ClipSource" ADD VALUE 'recording';
ALTER TYPE "ClipSource" ADD VALUE 'trim';

-- AlterTable
ALTER TABLE "account" ADD COLUMN     "revision" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "area" ADD COLUMN     "revision" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "area_rules" ADD COLUMN     "revision" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "broadcast" ADD COLUMN     "revision" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "bulletin_revision" ADD COLUMN     "campaign" TEXT;

-- AlterTable
ALTER TABLE "clip" ADD COLUMN     "trim_end_ms" INTEGER,
ADD COLUMN     "trim_start_ms" INTEGER,
ADD COLUMN     "trimmed_from_id" UUID;

-- AlterTable
ALTER TABLE "device" ADD COLUMN     "latitude" DOUBLE PRECISION,
ADD COLUMN     "longitude" DOUBLE PRECISION,
ADD COLUMN     "revision" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "device_group" ADD COLUMN     "revision" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "expected_play" ADD COLUMN     "campaign" TEXT;

-- AlterTable
ALTER TABLE "programme" ADD COLUMN     "revision" INTEGER NOT NULL DEFAULT 1;

-- CreateTable
CREATE TABLE "device_health_hour" (
    "device_id" UUID NOT NULL,
    "hour_at" TIMESTAMPTZ(3) NOT NULL,
    "reports" INTEGER NOT NULL,
    "max_temperature_c" DOUBLE PRECISION,
    "min_disk_free_bytes" BIGINT,
    "max_memory_rss_bytes" BIGINT,
    "min_signal_percent" INTEGER,
    "worst_clock_offset_ms" INTEGER,
    "xruns" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "device_health_hour_pkey" PRIMARY KEY ("device_id","hour_at")
);

-- CreateTable
CREATE TABLE "upload" (
    "id" UUID NOT NULL,
    "area_id" UUID NOT NULL,
    "created_by_id" UUID NOT NULL,
    "file_name" TEXT NOT NULL,
    "source" "ClipSource" NOT NULL,
    "bytes" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "clip_id" UUID,

    CONSTRAINT "upload_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "device_health_hour_hour_at_idx" ON "device_health_hour"("hour_at");

-- CreateIndex
CREATE UNIQUE INDEX "upload_clip_id_key" ON "upload"("clip_id");

-- CreateIndex
CREATE INDEX "upload_created_by_id_expires_at_idx" ON "upload"("created_by_id", "expires_at");

-- CreateIndex
CREATE INDEX "upload_expires_at_idx" ON "upload"("expires_at");

-- AddForeignKey
ALTER TABLE "device_health_hour" ADD CONSTRAINT "device_health_hour_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "clip" ADD CONSTRAINT "clip_trimmed_from_id_fkey" FOREIGN KEY ("trimmed_from_id") REFERENCES "clip"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "upload" ADD CONSTRAINT "upload_area_id_fkey" FOREIGN KEY ("area_id") REFERENCES "area"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
