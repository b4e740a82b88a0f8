-- AlterTable
ALTER TABLE "session" ADD COLUMN     "previous_rights" TEXT[],
ADD COLUMN     "previous_token_hash" TEXT,
ADD COLUMN     "rights" TEXT[],
ADD COLUMN     "rotated_at" TIMESTAMPTZ(3);

-- CreateIndex
CREATE UNIQUE INDEX "session_previous_token_hash_key" ON "session"("previous_token_hash");

-- Sessions that are open now go on under the roles of their own; with lent ones they get another id at the next request.
UPDATE "session" s SET
  "previous_rights" = '{}',
  "rights" = coalesce((SELECT array_agg(g."area_id" || ' ' || g."role" || ' ' ORDER BY 1)
                         FROM "role_grant" g WHERE g."account_id" = s."account_id"), '{}');
