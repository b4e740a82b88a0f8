-- CreateEnum
CREATE TYPE "AuditOutcome" AS ENUM ('done', 'refused');

-- AlterTable
ALTER TABLE "account" ADD COLUMN     "factor_reset_at" TIMESTAMPTZ(3),
ADD COLUMN     "factor_reset_by_id" UUID,
ADD COLUMN     "invited_at" TIMESTAMPTZ(3),
ADD COLUMN     "invited_by_id" UUID,
ADD COLUMN     "totp_confirmed_at" TIMESTAMPTZ(3),
ADD COLUMN     "totp_last_step" INTEGER,
ADD COLUMN     "totp_sealed" BYTEA;

-- AlterTable
ALTER TABLE "bulletin_revision" ADD COLUMN     "on_behalf_of_id" UUID,
ADD COLUMN     "standing_approval_id" UUID;

-- AlterTable
ALTER TABLE "invitation" ADD COLUMN     "created_by_id" UUID;

-- AlterTable
ALTER TABLE "session" ADD COLUMN     "id" UUID NOT NULL DEFAULT gen_random_uuid();

-- CreateTable
CREATE TABLE "recovery_code" (
    "code_hash" TEXT NOT NULL,
    "account_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "recovery_code_pkey" PRIMARY KEY ("code_hash")
);

-- CreateTable
CREATE TABLE "known_browser" (
    "token_hash" TEXT NOT NULL,
    "account_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "known_browser_pkey" PRIMARY KEY ("token_hash")
);

-- CreateTable
CREATE TABLE "sign_in_attempt" (
    "key" TEXT NOT NULL,
    "failures" INTEGER NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sign_in_attempt_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "standing_approval" (
    "id" UUID NOT NULL,
    "programme_id" UUID NOT NULL,
    "area_id" UUID NOT NULL,
    "given_by_id" UUID NOT NULL,
    "on_behalf_of_id" UUID,
    "reason" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "valid_until" TIMESTAMPTZ(3) NOT NULL,
    "withdrawn_at" TIMESTAMPTZ(3),
    "withdrawn_by_id" UUID,

    CONSTRAINT "standing_approval_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "approval_delegation" (
    "id" UUID NOT NULL,
    "from_id" UUID NOT NULL,
    "to_id" UUID NOT NULL,
    "area_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "ended_by_id" UUID,

    CONSTRAINT "approval_delegation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "seq" INTEGER NOT NULL,
    "hash" TEXT NOT NULL,
    "bytes" BYTEA NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor_id" UUID,
    "action" TEXT NOT NULL,
    "outcome" "AuditOutcome" NOT NULL,
    "area_path" UUID[],
    "subject_type" TEXT NOT NULL,
    "subject_id" TEXT,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "audit_checkpoint" (
    "seq" INTEGER NOT NULL,
    "hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "jws" TEXT NOT NULL,

    CONSTRAINT "audit_checkpoint_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "audit_drop" (
    "id" UUID NOT NULL,
    "first_seq" INTEGER NOT NULL,
    "last_seq" INTEGER NOT NULL,
    "last_hash" TEXT NOT NULL,
    "checkpoint_jws" TEXT NOT NULL,
    "dropped_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "audit_drop_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "recovery_code_account_id_idx" ON "recovery_code"("account_id");

-- CreateIndex
CREATE INDEX "known_browser_account_id_idx" ON "known_browser"("account_id");

-- CreateIndex
CREATE INDEX "sign_in_attempt_last_at_idx" ON "sign_in_attempt"("last_at");

-- CreateIndex
CREATE INDEX "standing_approval_programme_id_idx" ON "standing_approval"("programme_id");

-- CreateIndex
CREATE INDEX "standing_approval_area_id_idx" ON "standing_approval"("area_id");

-- CreateIndex
CREATE INDEX "approval_delegation_to_id_ends_at_idx" ON "approval_delegation"("to_id", "ends_at");

-- CreateIndex
CREATE INDEX "approval_delegation_from_id_idx" ON "approval_delegation"("from_id");

-- CreateIndex
CREATE INDEX "audit_entry_at_idx" ON "audit_entry"("at");

-- CreateIndex
CREATE INDEX "audit_entry_actor_id_seq_idx" ON "audit_entry"("actor_id", "seq");

-- CreateIndex
CREATE INDEX "audit_entry_action_seq_idx" ON "audit_entry"("action", "seq");

-- CreateIndex
CREATE INDEX "audit_entry_subject_id_idx" ON "audit_entry"("subject_id");

-- CreateIndex
CREATE INDEX "audit_entry_area_path_idx" ON "audit_entry" USING GIN ("area_path");

-- CreateIndex
CREATE UNIQUE INDEX "audit_drop_last_seq_key" ON "audit_drop"("last_seq");

-- CreateIndex
CREATE UNIQUE INDEX "session_id_key" ON "session"("id");

-- AddForeignKey
ALTER TABLE "recovery_code" ADD CONSTRAINT "recovery_code_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "known_browser" ADD CONSTRAINT "known_browser_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bulletin_revision" ADD CONSTRAINT "bulletin_revision_standing_approval_id_fkey" FOREIGN KEY ("standing_approval_id") REFERENCES "standing_approval"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "standing_approval" ADD CONSTRAINT "standing_approval_programme_id_fkey" FOREIGN KEY ("programme_id") REFERENCES "programme"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "standing_approval" ADD CONSTRAINT "standing_approval_given_by_id_fkey" FOREIGN KEY ("given_by_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "approval_delegation" ADD CONSTRAINT "approval_delegation_from_id_fkey" FOREIGN KEY ("from_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "approval_delegation" ADD CONSTRAINT "approval_delegation_to_id_fkey" FOREIGN KEY ("to_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "approval_delegation" ADD CONSTRAINT "approval_delegation_area_id_fkey" FOREIGN KEY ("area_id") REFERENCES "area"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- The audit trail is append-only for everybody, the owner of its tables included: triggers refuse what a lost or
-- missing GRANT would let through (the program's own role has neither UPDATE nor DELETE here, server/database-roles.ts).
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER audit_entry_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_entry"
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_checkpoint_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_checkpoint"
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_drop_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_drop"
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();

-- The one way out: drops everything up to a checkpoint, and keeps what the rest of the chain is to be checked against.
-- Runs as the tables' owner, so that the program's role can call it without being able to delete. Nothing younger than
-- a year goes, whatever the program asks for.
CREATE FUNCTION audit_drop_stretch(drop_id uuid, up_to integer, dropped_at timestamptz) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  stretch record;
  mark record;
BEGIN
  SELECT * INTO mark FROM "audit_checkpoint" WHERE "seq" = up_to;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no checkpoint at %', up_to USING ERRCODE = 'invalid_parameter_value';
  END IF;
  SELECT min("seq") AS first_seq, max("at") AS newest, count(*)::integer AS entries INTO stretch
    FROM "audit_entry" WHERE "seq" <= up_to;
  IF stretch.entries = 0 THEN
    RETURN 0;
  END IF;
  IF NOT EXISTS (SELECT 1 FROM "audit_entry" WHERE "seq" = up_to AND "hash" = mark."hash") THEN
    RAISE EXCEPTION 'the checkpoint at % does not match its entry', up_to USING ERRCODE = 'data_corrupted';
  END IF;
  IF stretch.newest > dropped_at - interval '1 year' OR dropped_at > now() + interval '1 hour' THEN
    RAISE EXCEPTION 'entries younger than a year are kept' USING ERRCODE = 'insufficient_privilege';
  END IF;
  ALTER TABLE "audit_entry" DISABLE TRIGGER audit_entry_keep;
  DELETE FROM "audit_entry" WHERE "seq" <= up_to;
  ALTER TABLE "audit_entry" ENABLE TRIGGER audit_entry_keep;
  INSERT INTO "audit_drop" ("id", "first_seq", "last_seq", "last_hash", "checkpoint_jws", "dropped_at")
    VALUES (drop_id, stretch.first_seq, up_to, mark."hash", mark."jws", dropped_at);
  RETURN stretch.entries;
END $$;
REVOKE ALL ON FUNCTION audit_drop_stretch(uuid, integer, timestamptz) FROM PUBLIC;
