-- Words in braces are the engine's: see dialect.rs.

ALTER TABLE subscriptions ADD COLUMN current_period_end {int};
ALTER TABLE subscriptions ADD COLUMN cancel_at_period_end {bool} NOT NULL DEFAULT FALSE;
ALTER TABLE subscriptions ADD COLUMN seats {int} NOT NULL DEFAULT 1
    CONSTRAINT ck_subscriptions_seats CHECK (seats >= 0);
ALTER TABLE subscriptions ADD COLUMN kb_conversions_used {int} NOT NULL DEFAULT 0
    CONSTRAINT ck_subscriptions_kb_conversions CHECK (kb_conversions_used >= 0);
ALTER TABLE subscriptions ADD COLUMN customer_id {key};
-- Of which news of the provider the row tells; older ones that come later change nothing.
ALTER TABLE subscriptions ADD COLUMN news_at {int};
ALTER TABLE subscriptions ADD COLUMN news_stage {int};
ALTER TABLE subscriptions ADD COLUMN news_event {key};
CREATE UNIQUE INDEX uq_subscriptions_customer ON subscriptions (customer_id) WHERE customer_id IS NOT NULL;

-- Messages of the provider that were handled: the same one comes many times.
CREATE TABLE payment_events (
    event_id {key} NOT NULL,
    account_id {uuid} NOT NULL,
    at {int} NOT NULL,
    CONSTRAINT pk_payment_events PRIMARY KEY (event_id),
    CONSTRAINT fk_payment_events_account FOREIGN KEY (account_id) REFERENCES accounts (id)
) {strict};
CREATE INDEX ix_payment_events_account ON payment_events (account_id);

-- What the provider calls our plans. The site's stand under the library's account.
CREATE TABLE plan_prices (
    account_id {uuid} NOT NULL,
    price_id {key} NOT NULL,
    plan text NOT NULL,
    pay_interval text NOT NULL,
    CONSTRAINT pk_plan_prices PRIMARY KEY (account_id, price_id),
    CONSTRAINT uq_plan_prices_plan UNIQUE (account_id, plan, pay_interval),
    CONSTRAINT fk_plan_prices_account FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT ck_plan_prices_plan CHECK (plan IN ('free', 'pro')),
    CONSTRAINT ck_plan_prices_interval CHECK (pay_interval IN ('month', 'year'))
) {strict};
