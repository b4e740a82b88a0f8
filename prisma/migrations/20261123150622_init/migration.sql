-- CreateEnum
CREATE TYPE "AreaKind" AS ENUM ('province', 'commune', 'village');

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('administrator', 'province_official', 'auditor', 'editor', 'approver', 'technician');

-- CreateEnum
CREATE TYPE "AlarmState" AS ENUM ('raised', 'cleared');

-- CreateEnum
CREATE TYPE "ClipState" AS ENUM ('uploaded', 'processing', 'ready', 'rejected');

-- CreateEnum
CREATE TYPE "ClipSource" AS ENUM ('upload', 'speech');

-- CreateEnum
CREATE TYPE "ApprovalState" AS ENUM ('draft', 'pending', 'approved', 'returned');

-- CreateEnum
CREATE TYPE "BroadcastPriority" AS ENUM ('priority', 'normal', 'filler');

-- CreateEnum
CREATE TYPE "Recurrence" AS ENUM ('once', 'daily');

-- CreateEnum
CREATE TYPE "PlayOutcome" AS ENUM ('played', 'partial', 'missed');

-- CreateEnum
CREATE TYPE "LedgerState" AS ENUM ('open', 'forked', 'closed');

-- CreateTable
CREATE TABLE "area" (
    "id" UUID NOT NULL,
    "parent_id" UUID,
    "kind" "AreaKind" NOT NULL,
    "name" TEXT NOT NULL,
    "path" UUID[],
    "time_zone" TEXT NOT NULL DEFAULT 'Asia/Ho_Chi_Minh',
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "area_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account" (
    "id" UUID NOT NULL,
    "user_name" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "password_hash" TEXT,
    "disabled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "role_grant" (
    "account_id" UUID NOT NULL,
    "area_id" UUID NOT NULL,
    "role" "Role" NOT NULL,

    CONSTRAINT "role_grant_pkey" PRIMARY KEY ("account_id","area_id","role")
);

-- CreateTable
CREATE TABLE "session" (
    "token_hash" TEXT NOT NULL,
    "account_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "user_agent" TEXT NOT NULL,
    "address" TEXT NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("token_hash")
);

-- CreateTable
CREATE TABLE "invitation" (
    "code_hash" TEXT NOT NULL,
    "account_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "invitation_pkey" PRIMARY KEY ("code_hash")
);

-- CreateTable
CREATE TABLE "device" (
    "id" UUID NOT NULL,
    "area_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "volume_percent" INTEGER NOT NULL DEFAULT 80,
    "muted" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "device_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "installation" (
    "id" UUID NOT NULL,
    "device_id" UUID NOT NULL,
    "public_key" TEXT NOT NULL,
    "secret_hash" TEXT NOT NULL,
    "hardware_serial" TEXT NOT NULL,
    "enrolled_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "installation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "enrolment_code" (
    "code_hash" TEXT NOT NULL,
    "device_id" UUID NOT NULL,
    "created_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "installation_id" UUID,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "enrolment_code_pkey" PRIMARY KEY ("code_hash")
);

-- CreateTable
CREATE TABLE "device_presence" (
    "device_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "online" BOOLEAN NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "hello" JSONB,
    "state" JSONB,
    "clock_offset_ms" INTEGER,

    CONSTRAINT "device_presence_pkey" PRIMARY KEY ("device_id")
);

-- CreateTable
CREATE TABLE "device_alarm" (
    "id" UUID NOT NULL,
    "device_id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "state" "AlarmState" NOT NULL,
    "detail" TEXT NOT NULL,
    "raised_at" TIMESTAMPTZ(3) NOT NULL,
    "cleared_at" TIMESTAMPTZ(3),

    CONSTRAINT "device_alarm_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "device_command" (
    "id" UUID NOT NULL,
    "device_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "issued_by_id" UUID NOT NULL,
    "issued_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "outcome" TEXT,
    "outcome_at" TIMESTAMPTZ(3),

    CONSTRAINT "device_command_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "clip" (
    "id" UUID NOT NULL,
    "area_id" UUID NOT NULL,
    "source" "ClipSource" NOT NULL,
    "state" "ClipState" NOT NULL,
    "original_name" TEXT NOT NULL,
    "speech_text" TEXT,
    "speech_voice" TEXT,
    "source_bytes" INTEGER NOT NULL DEFAULT 0,
    "sha256" TEXT,
    "bytes" INTEGER,
    "duration_ms" INTEGER,
    "loudness_lufs" DOUBLE PRECISION,
    "peak_dbfs" DOUBLE PRECISION,
    "peaks" BYTEA,
    "rejection_code" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "created_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "clip_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "bulletin" (
    "id" UUID NOT NULL,
    "area_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "bulletin_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "bulletin_revision" (
    "id" UUID NOT NULL,
    "bulletin_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "clip_id" UUID NOT NULL,
    "content_hash" TEXT NOT NULL,
    "state" "ApprovalState" NOT NULL,
    "author_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "submitted_at" TIMESTAMPTZ(3),
    "decider_id" UUID,
    "decided_at" TIMESTAMPTZ(3),
    "comment" TEXT,

    CONSTRAINT "bulletin_revision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "programme" (
    "id" UUID NOT NULL,
    "area_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "programme_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "programme_item" (
    "id" UUID NOT NULL,
    "programme_id" UUID NOT NULL,
    "bulletin_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "programme_item_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "broadcast" (
    "id" UUID NOT NULL,
    "programme_id" UUID NOT NULL,
    "area_id" UUID NOT NULL,
    "priority" "BroadcastPriority" NOT NULL,
    "recurrence" "Recurrence" NOT NULL,
    "local_time" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "first_date" TEXT NOT NULL,
    "last_date" TEXT,
    "created_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "cancelled_at" TIMESTAMPTZ(3),

    CONSTRAINT "broadcast_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "occurrence" (
    "id" TEXT NOT NULL,
    "broadcast_id" UUID NOT NULL,
    "area_id" UUID NOT NULL,
    "area_path" UUID[],
    "title" TEXT NOT NULL,
    "priority" "BroadcastPriority" NOT NULL,
    "start_at" TIMESTAMPTZ(3) NOT NULL,
    "end_at" TIMESTAMPTZ(3) NOT NULL,
    "frozen_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_early_at" TIMESTAMPTZ(3),

    CONSTRAINT "occurrence_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "expected_play" (
    "occurrence_id" TEXT NOT NULL,
    "item_id" UUID NOT NULL,
    "device_id" UUID NOT NULL,
    "area_id" UUID NOT NULL,
    "area_path" UUID[],
    "bulletin_id" UUID NOT NULL,
    "revision_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "clip" TEXT NOT NULL,
    "start_at" TIMESTAMPTZ(3) NOT NULL,
    "duration_ms" INTEGER NOT NULL,

    CONSTRAINT "expected_play_pkey" PRIMARY KEY ("occurrence_id","item_id","device_id")
);

-- CreateTable
CREATE TABLE "play" (
    "id" TEXT NOT NULL,
    "ledger_id" UUID NOT NULL,
    "device_id" UUID NOT NULL,
    "area_id" UUID NOT NULL,
    "area_path" UUID[],
    "occurrence_id" TEXT,
    "alert_id" UUID,
    "item_id" UUID,
    "clip" TEXT NOT NULL,
    "language" TEXT,
    "planned_start_at" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "heard_ms" INTEGER NOT NULL DEFAULT 0,
    "volume_percent" INTEGER,
    "outcome" "PlayOutcome",
    "reason" TEXT,
    "clock" TEXT NOT NULL,
    "target_revision" INTEGER NOT NULL,
    "unexpected" BOOLEAN NOT NULL DEFAULT false,
    "started_seq" INTEGER NOT NULL,
    "ended_seq" INTEGER,

    CONSTRAINT "play_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger" (
    "id" UUID NOT NULL,
    "installation_id" UUID NOT NULL,
    "device_id" UUID NOT NULL,
    "state" "LedgerState" NOT NULL,
    "seq" INTEGER NOT NULL DEFAULT 0,
    "hash" TEXT NOT NULL,
    "complete_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ledger_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_entry" (
    "ledger_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "hash" TEXT NOT NULL,
    "bytes" BYTEA NOT NULL,
    "type" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ledger_entry_pkey" PRIMARY KEY ("ledger_id","seq")
);

-- CreateTable
CREATE TABLE "ledger_quarantine" (
    "id" UUID NOT NULL,
    "ledger_id" UUID NOT NULL,
    "device_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "bytes" BYTEA NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ledger_quarantine_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "device_target" (
    "device_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "content_hash" TEXT NOT NULL,
    "content" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "device_target_pkey" PRIMARY KEY ("device_id")
);

-- CreateTable
CREATE TABLE "day_plan" (
    "sha256" TEXT NOT NULL,
    "bytes" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "day_plan_pkey" PRIMARY KEY ("sha256")
);

-- CreateTable
CREATE TABLE "device_readiness" (
    "device_id" UUID NOT NULL,
    "target_revision" INTEGER NOT NULL,
    "held" TEXT[],
    "missing" TEXT[],
    "reported_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "device_readiness_pkey" PRIMARY KEY ("device_id")
);

-- CreateTable
CREATE TABLE "alert" (
    "id" UUID NOT NULL,
    "area_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "issued_by_id" UUID NOT NULL,
    "issued_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "cancelled_at" TIMESTAMPTZ(3),

    CONSTRAINT "alert_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alert_message" (
    "id" UUID NOT NULL,
    "alert_id" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "jws" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "alert_message_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "area_path_idx" ON "area" USING GIN ("path");

-- CreateIndex
CREATE UNIQUE INDEX "area_parent_id_name_key" ON "area"("parent_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "account_user_name_key" ON "account"("user_name");

-- CreateIndex
CREATE INDEX "session_account_id_idx" ON "session"("account_id");

-- CreateIndex
CREATE INDEX "session_expires_at_idx" ON "session"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "device_area_id_name_key" ON "device"("area_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "installation_public_key_key" ON "installation"("public_key");

-- CreateIndex
CREATE INDEX "installation_device_id_idx" ON "installation"("device_id");

-- CreateIndex
CREATE INDEX "enrolment_code_device_id_idx" ON "enrolment_code"("device_id");

-- CreateIndex
CREATE INDEX "device_alarm_device_id_state_idx" ON "device_alarm"("device_id", "state");

-- CreateIndex
CREATE INDEX "device_command_device_id_issued_at_idx" ON "device_command"("device_id", "issued_at");

-- CreateIndex
CREATE INDEX "clip_area_id_created_at_idx" ON "clip"("area_id", "created_at");

-- CreateIndex
CREATE INDEX "clip_sha256_idx" ON "clip"("sha256");

-- CreateIndex
CREATE INDEX "clip_state_idx" ON "clip"("state");

-- CreateIndex
CREATE INDEX "bulletin_area_id_idx" ON "bulletin"("area_id");

-- CreateIndex
CREATE INDEX "bulletin_revision_state_idx" ON "bulletin_revision"("state");

-- CreateIndex
CREATE UNIQUE INDEX "bulletin_revision_bulletin_id_number_key" ON "bulletin_revision"("bulletin_id", "number");

-- CreateIndex
CREATE INDEX "programme_area_id_idx" ON "programme"("area_id");

-- CreateIndex
CREATE INDEX "programme_item_programme_id_position_idx" ON "programme_item"("programme_id", "position");

-- CreateIndex
CREATE INDEX "broadcast_area_id_idx" ON "broadcast"("area_id");

-- CreateIndex
CREATE INDEX "occurrence_start_at_idx" ON "occurrence"("start_at");

-- CreateIndex
CREATE INDEX "occurrence_area_path_idx" ON "occurrence" USING GIN ("area_path");

-- CreateIndex
CREATE INDEX "expected_play_device_id_start_at_idx" ON "expected_play"("device_id", "start_at");

-- CreateIndex
CREATE INDEX "expected_play_start_at_idx" ON "expected_play"("start_at");

-- CreateIndex
CREATE INDEX "play_occurrence_id_device_id_idx" ON "play"("occurrence_id", "device_id");

-- CreateIndex
CREATE INDEX "play_device_id_planned_start_at_idx" ON "play"("device_id", "planned_start_at");

-- CreateIndex
CREATE INDEX "play_alert_id_idx" ON "play"("alert_id");

-- CreateIndex
CREATE INDEX "ledger_device_id_idx" ON "ledger"("device_id");

-- CreateIndex
CREATE INDEX "ledger_entry_ledger_id_at_idx" ON "ledger_entry"("ledger_id", "at");

-- CreateIndex
CREATE INDEX "ledger_quarantine_ledger_id_idx" ON "ledger_quarantine"("ledger_id");

-- CreateIndex
CREATE INDEX "alert_area_id_expires_at_idx" ON "alert"("area_id", "expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "alert_message_alert_id_sequence_key" ON "alert_message"("alert_id", "sequence");

-- AddForeignKey
ALTER TABLE "area" ADD CONSTRAINT "area_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "area"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "role_grant" ADD CONSTRAINT "role_grant_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "role_grant" ADD CONSTRAINT "role_grant_area_id_fkey" FOREIGN KEY ("area_id") REFERENCES "area"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "device" ADD CONSTRAINT "device_area_id_fkey" FOREIGN KEY ("area_id") REFERENCES "area"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "installation" ADD CONSTRAINT "installation_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "enrolment_code" ADD CONSTRAINT "enrolment_code_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "device_presence" ADD CONSTRAINT "device_presence_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "device_alarm" ADD CONSTRAINT "device_alarm_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "device_command" ADD CONSTRAINT "device_command_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "clip" ADD CONSTRAINT "clip_area_id_fkey" FOREIGN KEY ("area_id") REFERENCES "area"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bulletin" ADD CONSTRAINT "bulletin_area_id_fkey" FOREIGN KEY ("area_id") REFERENCES "area"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bulletin_revision" ADD CONSTRAINT "bulletin_revision_bulletin_id_fkey" FOREIGN KEY ("bulletin_id") REFERENCES "bulletin"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bulletin_revision" ADD CONSTRAINT "bulletin_revision_clip_id_fkey" FOREIGN KEY ("clip_id") REFERENCES "clip"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "programme" ADD CONSTRAINT "programme_area_id_fkey" FOREIGN KEY ("area_id") REFERENCES "area"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "programme_item" ADD CONSTRAINT "programme_item_programme_id_fkey" FOREIGN KEY ("programme_id") REFERENCES "programme"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "programme_item" ADD CONSTRAINT "programme_item_bulletin_id_fkey" FOREIGN KEY ("bulletin_id") REFERENCES "bulletin"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "broadcast" ADD CONSTRAINT "broadcast_programme_id_fkey" FOREIGN KEY ("programme_id") REFERENCES "programme"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "broadcast" ADD CONSTRAINT "broadcast_area_id_fkey" FOREIGN KEY ("area_id") REFERENCES "area"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "expected_play" ADD CONSTRAINT "expected_play_occurrence_id_fkey" FOREIGN KEY ("occurrence_id") REFERENCES "occurrence"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger" ADD CONSTRAINT "ledger_installation_id_fkey" FOREIGN KEY ("installation_id") REFERENCES "installation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_entry" ADD CONSTRAINT "ledger_entry_ledger_id_fkey" FOREIGN KEY ("ledger_id") REFERENCES "ledger"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "device_target" ADD CONSTRAINT "device_target_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "device_readiness" ADD CONSTRAINT "device_readiness_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "alert" ADD CONSTRAINT "alert_area_id_fkey" FOREIGN KEY ("area_id") REFERENCES "area"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "alert_message" ADD CONSTRAINT "alert_message_alert_id_fkey" FOREIGN KEY ("alert_id") REFERENCES "alert"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
