using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Paypro.Server.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "access_links",
                columns: table => new
                {
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    user_id = table.Column<long>(type: "INTEGER", nullable: false),
                    purpose = table.Column<short>(type: "INTEGER", nullable: false),
                    created_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    ends_at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_access_links", x => x.hash);
                });

            migrationBuilder.CreateTable(
                name: "account_codes",
                columns: table => new
                {
                    owner_type = table.Column<short>(type: "INTEGER", nullable: false),
                    kind = table.Column<short>(type: "INTEGER", nullable: false),
                    owner_id = table.Column<long>(type: "INTEGER", nullable: false),
                    currency = table.Column<string>(type: "TEXT", nullable: false),
                    code = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_account_codes", x => new { x.owner_type, x.kind, x.owner_id, x.currency });
                });

            migrationBuilder.CreateTable(
                name: "accounts",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    owner_type = table.Column<short>(type: "INTEGER", nullable: false),
                    owner_id = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<short>(type: "INTEGER", nullable: false),
                    currency = table.Column<string>(type: "TEXT", nullable: false),
                    balance_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    sequence = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_accounts", x => new { x.bucket, x.id });
                });

            migrationBuilder.CreateTable(
                name: "allow_list",
                columns: table => new
                {
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    network = table.Column<string>(type: "TEXT", nullable: false),
                    note = table.Column<string>(type: "TEXT", nullable: false),
                    added_at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_allow_list", x => new { x.merchant_no, x.network });
                });

            migrationBuilder.CreateTable(
                name: "api_calls",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    took_ms = table.Column<int>(type: "INTEGER", nullable: false),
                    operation = table.Column<short>(type: "INTEGER", nullable: false),
                    path = table.Column<string>(type: "TEXT", nullable: false),
                    code = table.Column<string>(type: "TEXT", nullable: false),
                    http_status = table.Column<short>(type: "INTEGER", nullable: false),
                    fault = table.Column<short>(type: "INTEGER", nullable: false),
                    accepted = table.Column<bool>(type: "INTEGER", nullable: false),
                    proved = table.Column<bool>(type: "INTEGER", nullable: false),
                    address = table.Column<string>(type: "TEXT", nullable: false),
                    trade_no = table.Column<string>(type: "TEXT", nullable: false),
                    field = table.Column<string>(type: "TEXT", nullable: false),
                    sentence = table.Column<string>(type: "TEXT", nullable: false),
                    body = table.Column<string>(type: "TEXT", nullable: false),
                    body_bytes = table.Column<int>(type: "INTEGER", nullable: false),
                    mistake = table.Column<string>(type: "TEXT", nullable: false),
                    mistake_in = table.Column<string>(type: "TEXT", nullable: false),
                    signed_text = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_api_calls", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "attempts",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    order_id = table.Column<long>(type: "INTEGER", nullable: false),
                    attempt_no = table.Column<short>(type: "INTEGER", nullable: false),
                    channel_account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    direction = table.Column<short>(type: "INTEGER", nullable: false),
                    way = table.Column<string>(type: "TEXT", nullable: false),
                    reference = table.Column<string>(type: "TEXT", nullable: false),
                    rail_id = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    instruction_kind = table.Column<string>(type: "TEXT", nullable: false),
                    instruction_value = table.Column<string>(type: "TEXT", nullable: false),
                    instruction_bank = table.Column<string>(type: "TEXT", nullable: false),
                    instruction_beneficiary = table.Column<string>(type: "TEXT", nullable: false),
                    cost_terms = table.Column<string>(type: "TEXT", nullable: false),
                    cost_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    lease_until_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    sent_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    query_count = table.Column<int>(type: "INTEGER", nullable: false),
                    asked_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    answered_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    parked_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    terms_id = table.Column<long>(type: "INTEGER", nullable: false),
                    plan = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_attempts", x => new { x.bucket, x.order_id, x.attempt_no });
                });

            migrationBuilder.CreateTable(
                name: "audit",
                columns: table => new
                {
                    chain = table.Column<short>(type: "INTEGER", nullable: false),
                    no = table.Column<long>(type: "INTEGER", nullable: false),
                    at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    actor = table.Column<string>(type: "TEXT", nullable: false),
                    address = table.Column<string>(type: "TEXT", nullable: false),
                    session_id = table.Column<long>(type: "INTEGER", nullable: false),
                    action = table.Column<string>(type: "TEXT", nullable: false),
                    subject = table.Column<string>(type: "TEXT", nullable: false),
                    before = table.Column<string>(type: "TEXT", nullable: false),
                    after = table.Column<string>(type: "TEXT", nullable: false),
                    reason = table.Column<string>(type: "TEXT", nullable: false),
                    request_id = table.Column<string>(type: "TEXT", nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit", x => new { x.chain, x.no });
                });

            migrationBuilder.CreateTable(
                name: "audit_chains",
                columns: table => new
                {
                    chain = table.Column<short>(type: "INTEGER", nullable: false),
                    last_no = table.Column<long>(type: "INTEGER", nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_chains", x => x.chain);
                });

            migrationBuilder.CreateTable(
                name: "bank_accounts",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    currency = table.Column<string>(type: "TEXT", nullable: false),
                    bank = table.Column<string>(type: "TEXT", nullable: false),
                    number = table.Column<string>(type: "TEXT", nullable: false),
                    holder = table.Column<string>(type: "TEXT", nullable: false),
                    takes_top_ups = table.Column<bool>(type: "INTEGER", nullable: false),
                    open = table.Column<bool>(type: "INTEGER", nullable: false),
                    told_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    told_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    told_by = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_bank_accounts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "bank_aliases",
                columns: table => new
                {
                    country = table.Column<string>(type: "TEXT", nullable: false),
                    alias = table.Column<string>(type: "TEXT", nullable: false),
                    code = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_bank_aliases", x => new { x.country, x.alias });
                });

            migrationBuilder.CreateTable(
                name: "banks",
                columns: table => new
                {
                    country = table.Column<string>(type: "TEXT", nullable: false),
                    code = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    national_code = table.Column<string>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    open = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_banks", x => new { x.country, x.code });
                });

            migrationBuilder.CreateTable(
                name: "batches",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    mark = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_batches", x => new { x.bucket, x.id });
                });

            migrationBuilder.CreateTable(
                name: "block_entries",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    is_own = table.Column<bool>(type: "INTEGER", nullable: false),
                    country = table.Column<string>(type: "TEXT", nullable: false),
                    kind = table.Column<short>(type: "INTEGER", nullable: false),
                    hash = table.Column<string>(type: "TEXT", nullable: false),
                    reason = table.Column<string>(type: "TEXT", nullable: false),
                    made_by = table.Column<string>(type: "TEXT", nullable: false),
                    made_at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_block_entries", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "businesses",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    keys_by_two = table.Column<bool>(type: "INTEGER", nullable: false),
                    created_at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_businesses", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "case_actions",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    case_id = table.Column<long>(type: "INTEGER", nullable: false),
                    order_id = table.Column<long>(type: "INTEGER", nullable: false),
                    action = table.Column<string>(type: "TEXT", nullable: false),
                    actor = table.Column<string>(type: "TEXT", nullable: false),
                    approver = table.Column<string>(type: "TEXT", nullable: false),
                    evidence = table.Column<string>(type: "TEXT", nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: false),
                    at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_case_actions", x => new { x.bucket, x.id });
                });

            migrationBuilder.CreateTable(
                name: "case_alerts",
                columns: table => new
                {
                    case_bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    case_id = table.Column<long>(type: "INTEGER", nullable: false),
                    opened_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    first_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    second_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    hook_due_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    hook_tries = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_case_alerts", x => new { x.case_bucket, x.case_id, x.opened_at_ms });
                });

            migrationBuilder.CreateTable(
                name: "case_owners",
                columns: table => new
                {
                    case_bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    case_id = table.Column<long>(type: "INTEGER", nullable: false),
                    opened_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    user_id = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    taken_at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_case_owners", x => new { x.case_bucket, x.case_id });
                });

            migrationBuilder.CreateTable(
                name: "cases",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    subject = table.Column<string>(type: "TEXT", nullable: false),
                    severity = table.Column<short>(type: "INTEGER", nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    order_id = table.Column<long>(type: "INTEGER", nullable: false),
                    channel_account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    statement_id = table.Column<long>(type: "INTEGER", nullable: false),
                    amount_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    currency = table.Column<string>(type: "TEXT", nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: false),
                    count = table.Column<int>(type: "INTEGER", nullable: false),
                    opened_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    raised_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    resolved_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    resolved_by = table.Column<string>(type: "TEXT", nullable: false),
                    resolution = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_cases", x => new { x.bucket, x.id });
                });

            migrationBuilder.CreateTable(
                name: "chains",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    last_transfer_no = table.Column<long>(type: "INTEGER", nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_chains", x => x.bucket);
                });

            migrationBuilder.CreateTable(
                name: "channel_accounts",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    channel = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    country = table.Column<string>(type: "TEXT", nullable: false),
                    currency = table.Column<string>(type: "TEXT", nullable: false),
                    live = table.Column<bool>(type: "INTEGER", nullable: false),
                    open = table.Column<bool>(type: "INTEGER", nullable: false),
                    recovery_since_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    priority = table.Column<int>(type: "INTEGER", nullable: false),
                    settings_json = table.Column<string>(type: "TEXT", nullable: false),
                    callback_key = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_channel_accounts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "channel_balance_reads",
                columns: table => new
                {
                    channel_account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    tried_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_channel_balance_reads", x => x.channel_account_id);
                });

            migrationBuilder.CreateTable(
                name: "channel_bank_codes",
                columns: table => new
                {
                    channel_account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    ours = table.Column<string>(type: "TEXT", nullable: false),
                    theirs = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_channel_bank_codes", x => new { x.channel_account_id, x.ours });
                });

            migrationBuilder.CreateTable(
                name: "channel_callbacks",
                columns: table => new
                {
                    channel_account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_channel_callbacks", x => x.channel_account_id);
                });

            migrationBuilder.CreateTable(
                name: "channel_cursors",
                columns: table => new
                {
                    channel_account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    cursor = table.Column<string>(type: "TEXT", nullable: false),
                    since_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    read_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    lease_until_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_channel_cursors", x => x.channel_account_id);
                });

            migrationBuilder.CreateTable(
                name: "channel_maintenances",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    channel_account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    direction = table.Column<short>(type: "INTEGER", nullable: true),
                    way = table.Column<string>(type: "TEXT", nullable: false),
                    from_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    to_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    zone = table.Column<string>(type: "TEXT", nullable: false),
                    reason = table.Column<string>(type: "TEXT", nullable: false),
                    actor = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_channel_maintenances", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "channel_paces",
                columns: table => new
                {
                    channel_account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    calls = table.Column<short>(type: "INTEGER", nullable: false),
                    busy_until_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_channel_paces", x => new { x.channel_account_id, x.calls });
                });

            migrationBuilder.CreateTable(
                name: "channel_pot_sends",
                columns: table => new
                {
                    channel_account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    pot = table.Column<string>(type: "TEXT", nullable: false),
                    order_id = table.Column<long>(type: "INTEGER", nullable: false),
                    attempt_no = table.Column<short>(type: "INTEGER", nullable: false),
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    amount_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    counted_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    settled_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    settled_in = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_channel_pot_sends", x => new { x.channel_account_id, x.pot, x.order_id, x.attempt_no });
                });

            migrationBuilder.CreateTable(
                name: "channel_pots",
                columns: table => new
                {
                    channel_account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    pot = table.Column<string>(type: "TEXT", nullable: false),
                    balance_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    blocked_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    told_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    source = table.Column<short>(type: "INTEGER", nullable: false),
                    told_by = table.Column<string>(type: "TEXT", nullable: false),
                    sent_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    floor_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    warn_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    alarm_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    stopped_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    declines = table.Column<int>(type: "INTEGER", nullable: false),
                    probe_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    pace_from_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    pace_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    pace_before_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_channel_pots", x => new { x.channel_account_id, x.pot });
                });

            migrationBuilder.CreateTable(
                name: "channel_secrets",
                columns: table => new
                {
                    channel_account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    valid_from_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    valid_to_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    master_key_id = table.Column<string>(type: "TEXT", nullable: false),
                    @sealed = table.Column<byte[]>(name: "sealed", type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_channel_secrets", x => new { x.channel_account_id, x.name, x.valid_from_ms });
                });

            migrationBuilder.CreateTable(
                name: "channel_tokens",
                columns: table => new
                {
                    channel_account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    master_key_id = table.Column<string>(type: "TEXT", nullable: false),
                    @sealed = table.Column<byte[]>(name: "sealed", type: "BLOB", nullable: false),
                    expires_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    renew_from_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    lease_until_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_channel_tokens", x => new { x.channel_account_id, x.name });
                });

            migrationBuilder.CreateTable(
                name: "channel_ways",
                columns: table => new
                {
                    channel_account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    direction = table.Column<short>(type: "INTEGER", nullable: false),
                    way = table.Column<string>(type: "TEXT", nullable: false),
                    open = table.Column<bool>(type: "INTEGER", nullable: false),
                    minimum_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    maximum_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    time_to_live_minutes = table.Column<int>(type: "INTEGER", nullable: false),
                    cost_basis_points = table.Column<int>(type: "INTEGER", nullable: false),
                    cost_fixed_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    cut_off_minute = table.Column<int>(type: "INTEGER", nullable: true),
                    business_days_only = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_channel_ways", x => new { x.channel_account_id, x.direction, x.way });
                });

            migrationBuilder.CreateTable(
                name: "closed_months",
                columns: table => new
                {
                    month = table.Column<int>(type: "INTEGER", nullable: false),
                    closed_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    made_by = table.Column<string>(type: "TEXT", nullable: false),
                    closed_by = table.Column<string>(type: "TEXT", nullable: false),
                    reason = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_closed_months", x => x.month);
                });

            migrationBuilder.CreateTable(
                name: "country_weekends",
                columns: table => new
                {
                    country = table.Column<string>(type: "TEXT", nullable: false),
                    days = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_country_weekends", x => x.country);
                });

            migrationBuilder.CreateTable(
                name: "creation_signs",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    sign_hash = table.Column<long>(type: "INTEGER", nullable: false),
                    operation = table.Column<short>(type: "INTEGER", nullable: false),
                    trade_no = table.Column<string>(type: "TEXT", nullable: false),
                    at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_creation_signs", x => new { x.bucket, x.merchant_no, x.sign_hash });
                });

            migrationBuilder.CreateTable(
                name: "daily_limits",
                columns: table => new
                {
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    direction = table.Column<short>(type: "INTEGER", nullable: false),
                    way = table.Column<string>(type: "TEXT", nullable: false),
                    amount_minor = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_daily_limits", x => new { x.merchant_no, x.direction, x.way });
                });

            migrationBuilder.CreateTable(
                name: "daily_totals",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    direction = table.Column<short>(type: "INTEGER", nullable: false),
                    way = table.Column<string>(type: "TEXT", nullable: false),
                    local_date = table.Column<int>(type: "INTEGER", nullable: false),
                    amount_minor = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_daily_totals", x => new { x.bucket, x.merchant_no, x.direction, x.way, x.local_date });
                });

            migrationBuilder.CreateTable(
                name: "decisions",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    proposal_id = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<short>(type: "INTEGER", nullable: false),
                    case_bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    case_id = table.Column<long>(type: "INTEGER", nullable: false),
                    case_opened_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    number = table.Column<string>(type: "TEXT", nullable: false),
                    evidence = table.Column<string>(type: "TEXT", nullable: false),
                    file_id = table.Column<long>(type: "INTEGER", nullable: false),
                    reason = table.Column<string>(type: "TEXT", nullable: false),
                    actor = table.Column<string>(type: "TEXT", nullable: false),
                    approver = table.Column<string>(type: "TEXT", nullable: false),
                    made_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    outcome = table.Column<string>(type: "TEXT", nullable: false),
                    done_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    lease_until_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    tries = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_decisions", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "destinations",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    bank = table.Column<string>(type: "TEXT", nullable: false),
                    number = table.Column<string>(type: "TEXT", nullable: false),
                    holder = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    made_by = table.Column<string>(type: "TEXT", nullable: false),
                    made_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    confirmed_by = table.Column<string>(type: "TEXT", nullable: false),
                    confirmed_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    usable_from_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_destinations", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "dispute_mails",
                columns: table => new
                {
                    dispute_id = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<short>(type: "INTEGER", nullable: false),
                    at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_dispute_mails", x => new { x.dispute_id, x.kind });
                });

            migrationBuilder.CreateTable(
                name: "dispute_steps",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    dispute_id = table.Column<long>(type: "INTEGER", nullable: false),
                    order_id = table.Column<long>(type: "INTEGER", nullable: false),
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<short>(type: "INTEGER", nullable: false),
                    wish = table.Column<string>(type: "TEXT", nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: false),
                    made_by = table.Column<string>(type: "TEXT", nullable: false),
                    approved_by = table.Column<string>(type: "TEXT", nullable: false),
                    made_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    outcome = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_dispute_steps", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "disputes",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    order_id = table.Column<long>(type: "INTEGER", nullable: false),
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<short>(type: "INTEGER", nullable: false),
                    amount_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    currency = table.Column<string>(type: "TEXT", nullable: false),
                    deadline_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    reference = table.Column<string>(type: "TEXT", nullable: false),
                    receipt_account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    receipt_key = table.Column<string>(type: "TEXT", nullable: false),
                    receipt_terms_id = table.Column<long>(type: "INTEGER", nullable: false),
                    fee_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    tax_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    taken_from = table.Column<string>(type: "TEXT", nullable: false),
                    opened_by = table.Column<string>(type: "TEXT", nullable: false),
                    opened_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    held_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    gone_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    told_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    lost_transfer_no = table.Column<long>(type: "INTEGER", nullable: false),
                    answered_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    decided_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    decided_by = table.Column<string>(type: "TEXT", nullable: false),
                    untold = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_disputes", x => new { x.bucket, x.id });
                });

            migrationBuilder.CreateTable(
                name: "entries",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    transfer_no = table.Column<long>(type: "INTEGER", nullable: false),
                    leg = table.Column<short>(type: "INTEGER", nullable: false),
                    amount_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    balance_after_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    booked_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    value_date = table.Column<int>(type: "INTEGER", nullable: false),
                    due_date = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_entries", x => new { x.bucket, x.account_id, x.sequence });
                });

            migrationBuilder.CreateTable(
                name: "events",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    order_id = table.Column<long>(type: "INTEGER", nullable: false),
                    sequence = table.Column<int>(type: "INTEGER", nullable: false),
                    type = table.Column<short>(type: "INTEGER", nullable: false),
                    cause = table.Column<string>(type: "TEXT", nullable: false),
                    detail = table.Column<string>(type: "TEXT", nullable: false),
                    at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_events", x => new { x.bucket, x.order_id, x.sequence });
                });

            migrationBuilder.CreateTable(
                name: "evidence_files",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    subject = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    type = table.Column<string>(type: "TEXT", nullable: false),
                    size = table.Column<int>(type: "INTEGER", nullable: false),
                    @sealed = table.Column<byte[]>(name: "sealed", type: "BLOB", nullable: false),
                    master_key_id = table.Column<string>(type: "TEXT", nullable: false),
                    added_by = table.Column<string>(type: "TEXT", nullable: false),
                    added_at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_evidence_files", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "fee_statements",
                columns: table => new
                {
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    month = table.Column<int>(type: "INTEGER", nullable: false),
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    currency = table.Column<string>(type: "TEXT", nullable: false),
                    fee_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    adjustment_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    tax_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    withheld_minor = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_fee_statements", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "form_uses",
                columns: table => new
                {
                    user_id = table.Column<long>(type: "INTEGER", nullable: false),
                    page_id = table.Column<long>(type: "INTEGER", nullable: false),
                    hash = table.Column<long>(type: "INTEGER", nullable: false),
                    part = table.Column<short>(type: "INTEGER", nullable: false),
                    at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_form_uses", x => new { x.user_id, x.page_id, x.hash, x.part });
                });

            migrationBuilder.CreateTable(
                name: "hold_limits",
                columns: table => new
                {
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    owner = table.Column<short>(type: "INTEGER", nullable: false),
                    kind = table.Column<short>(type: "INTEGER", nullable: false),
                    amount_minor = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_hold_limits", x => new { x.merchant_no, x.owner, x.kind });
                });

            migrationBuilder.CreateTable(
                name: "hold_warnings",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    order_id = table.Column<long>(type: "INTEGER", nullable: false),
                    at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_hold_warnings", x => new { x.bucket, x.order_id });
                });

            migrationBuilder.CreateTable(
                name: "holidays",
                columns: table => new
                {
                    country = table.Column<string>(type: "TEXT", nullable: false),
                    date = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_holidays", x => new { x.country, x.date });
                });

            migrationBuilder.CreateTable(
                name: "installation",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    node_starts = table.Column<int>(type: "INTEGER", nullable: false),
                    config_version = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_installation", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "installation_secrets",
                columns: table => new
                {
                    purpose = table.Column<string>(type: "TEXT", nullable: false),
                    master_key_id = table.Column<string>(type: "TEXT", nullable: false),
                    @sealed = table.Column<byte[]>(name: "sealed", type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_installation_secrets", x => x.purpose);
                });

            migrationBuilder.CreateTable(
                name: "key_uses",
                columns: table => new
                {
                    key_id = table.Column<long>(type: "INTEGER", nullable: false),
                    used_at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_key_uses", x => x.key_id);
                });

            migrationBuilder.CreateTable(
                name: "known_devices",
                columns: table => new
                {
                    user_id = table.Column<long>(type: "INTEGER", nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    seen_at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_known_devices", x => new { x.user_id, x.hash });
                });

            migrationBuilder.CreateTable(
                name: "known_persons",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    mark = table.Column<string>(type: "TEXT", nullable: false),
                    order_id = table.Column<long>(type: "INTEGER", nullable: false),
                    statement_id = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_known_persons", x => new { x.bucket, x.mark, x.order_id, x.statement_id });
                });

            migrationBuilder.CreateTable(
                name: "ledger_checks",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    transfer_no = table.Column<long>(type: "INTEGER", nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    checked_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    finding = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ledger_checks", x => x.bucket);
                });

            migrationBuilder.CreateTable(
                name: "ledger_orders",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    template = table.Column<string>(type: "TEXT", nullable: false),
                    wish = table.Column<string>(type: "TEXT", nullable: false),
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    line = table.Column<string>(type: "TEXT", nullable: false),
                    document = table.Column<string>(type: "TEXT", nullable: false),
                    reason = table.Column<string>(type: "TEXT", nullable: false),
                    made_by = table.Column<string>(type: "TEXT", nullable: false),
                    decided_by = table.Column<string>(type: "TEXT", nullable: false),
                    decided_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    value_date = table.Column<int>(type: "INTEGER", nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    transfer_no = table.Column<long>(type: "INTEGER", nullable: false),
                    outcome = table.Column<string>(type: "TEXT", nullable: false),
                    arrived_by = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ledger_orders", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "list_file_parts",
                columns: table => new
                {
                    file_id = table.Column<long>(type: "INTEGER", nullable: false),
                    run = table.Column<int>(type: "INTEGER", nullable: false),
                    no = table.Column<int>(type: "INTEGER", nullable: false),
                    content = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_list_file_parts", x => new { x.file_id, x.run, x.no });
                });

            migrationBuilder.CreateTable(
                name: "list_files",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    user_id = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    address = table.Column<string>(type: "TEXT", nullable: false),
                    merchants = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    language = table.Column<string>(type: "TEXT", nullable: false),
                    zone = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    asked_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    run = table.Column<int>(type: "INTEGER", nullable: false),
                    lease_until_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    read_from_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    ended_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    kept_until_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    rows = table.Column<int>(type: "INTEGER", nullable: false),
                    bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    note = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_list_files", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "login_steps",
                columns: table => new
                {
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    realm = table.Column<short>(type: "INTEGER", nullable: false),
                    user_id = table.Column<long>(type: "INTEGER", nullable: false),
                    purpose = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<string>(type: "TEXT", nullable: false),
                    ends_at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_login_steps", x => x.hash);
                });

            migrationBuilder.CreateTable(
                name: "mails",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    recipient = table.Column<string>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    master_key_id = table.Column<string>(type: "TEXT", nullable: false),
                    @sealed = table.Column<byte[]>(name: "sealed", type: "BLOB", nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    created_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    due_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    ends_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    tries = table.Column<int>(type: "INTEGER", nullable: false),
                    lease_until_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_mails", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "memberships",
                columns: table => new
                {
                    user_id = table.Column<long>(type: "INTEGER", nullable: false),
                    business_id = table.Column<long>(type: "INTEGER", nullable: false),
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    role = table.Column<short>(type: "INTEGER", nullable: false),
                    added_at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_memberships", x => new { x.user_id, x.business_id, x.merchant_no, x.role });
                });

            migrationBuilder.CreateTable(
                name: "merchant_brands",
                columns: table => new
                {
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    colour = table.Column<string>(type: "TEXT", nullable: false),
                    support = table.Column<string>(type: "TEXT", nullable: false),
                    logo = table.Column<byte[]>(type: "BLOB", nullable: false),
                    logo_file = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_merchant_brands", x => x.merchant_no);
                });

            migrationBuilder.CreateTable(
                name: "merchant_documents",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    code = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    type = table.Column<string>(type: "TEXT", nullable: false),
                    size = table.Column<int>(type: "INTEGER", nullable: false),
                    @sealed = table.Column<byte[]>(name: "sealed", type: "BLOB", nullable: false),
                    master_key_id = table.Column<string>(type: "TEXT", nullable: false),
                    added_by = table.Column<string>(type: "TEXT", nullable: false),
                    added_at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_merchant_documents", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "merchant_keys",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    algorithm = table.Column<short>(type: "INTEGER", nullable: false),
                    @sealed = table.Column<byte[]>(name: "sealed", type: "BLOB", nullable: false),
                    master_key_id = table.Column<string>(type: "TEXT", nullable: false),
                    signs = table.Column<bool>(type: "INTEGER", nullable: false),
                    valid_from_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    valid_to_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_merchant_keys", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "merchant_papers",
                columns: table => new
                {
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    code = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    note = table.Column<string>(type: "TEXT", nullable: false),
                    decided_by = table.Column<string>(type: "TEXT", nullable: false),
                    decided_at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_merchant_papers", x => new { x.merchant_no, x.code });
                });

            migrationBuilder.CreateTable(
                name: "merchant_rules",
                columns: table => new
                {
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    direction = table.Column<short>(type: "INTEGER", nullable: false),
                    span = table.Column<short>(type: "INTEGER", nullable: false),
                    action = table.Column<short>(type: "INTEGER", nullable: false),
                    most_count = table.Column<int>(type: "INTEGER", nullable: true),
                    most_minor = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_merchant_rules", x => new { x.merchant_no, x.direction, x.span, x.action });
                });

            migrationBuilder.CreateTable(
                name: "merchants",
                columns: table => new
                {
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    business_id = table.Column<long>(type: "INTEGER", nullable: false),
                    country = table.Column<string>(type: "TEXT", nullable: false),
                    currency = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    pay_ins_open = table.Column<bool>(type: "INTEGER", nullable: false),
                    payouts_open = table.Column<bool>(type: "INTEGER", nullable: false),
                    open = table.Column<bool>(type: "INTEGER", nullable: false),
                    approved = table.Column<bool>(type: "INTEGER", nullable: false),
                    unpaid_pay_ins = table.Column<int>(type: "INTEGER", nullable: true),
                    payouts_need_hmac = table.Column<bool>(type: "INTEGER", nullable: false),
                    pay_in_notify_url = table.Column<string>(type: "TEXT", nullable: false),
                    payout_notify_url = table.Column<string>(type: "TEXT", nullable: false),
                    created_at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_merchants", x => x.merchant_no);
                });

            migrationBuilder.CreateTable(
                name: "month_balances",
                columns: table => new
                {
                    month = table.Column<int>(type: "INTEGER", nullable: false),
                    account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    opening_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    closing_minor = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_month_balances", x => new { x.month, x.account_id });
                });

            migrationBuilder.CreateTable(
                name: "notices",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: false),
                    countries = table.Column<string>(type: "TEXT", nullable: false),
                    ways = table.Column<string>(type: "TEXT", nullable: false),
                    shown_from_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    from_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    to_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    actor = table.Column<string>(type: "TEXT", nullable: false),
                    mailed = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_notices", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "notification_attempts",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    order_id = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    try_no = table.Column<short>(type: "INTEGER", nullable: false),
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    duration_ms = table.Column<int>(type: "INTEGER", nullable: false),
                    http_status = table.Column<short>(type: "INTEGER", nullable: false),
                    taken = table.Column<bool>(type: "INTEGER", nullable: false),
                    answer = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_notification_attempts", x => new { x.bucket, x.order_id, x.version, x.try_no });
                });

            migrationBuilder.CreateTable(
                name: "notifications",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    order_id = table.Column<long>(type: "INTEGER", nullable: false),
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    tries = table.Column<short>(type: "INTEGER", nullable: false),
                    due_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    lease_until_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_notifications", x => new { x.bucket, x.order_id });
                });

            migrationBuilder.CreateTable(
                name: "number_blocks",
                columns: table => new
                {
                    channel_account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    block = table.Column<long>(type: "INTEGER", nullable: false),
                    taken_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    rests_until_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_number_blocks", x => new { x.channel_account_id, x.kind, x.bucket, x.block });
                });

            migrationBuilder.CreateTable(
                name: "number_spaces",
                columns: table => new
                {
                    channel_account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    next_block = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_number_spaces", x => new { x.channel_account_id, x.kind, x.bucket });
                });

            migrationBuilder.CreateTable(
                name: "operator_answers",
                columns: table => new
                {
                    actor = table.Column<string>(type: "TEXT", nullable: false),
                    key = table.Column<string>(type: "TEXT", nullable: false),
                    request_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    status = table.Column<int>(type: "INTEGER", nullable: false),
                    body = table.Column<string>(type: "TEXT", nullable: false),
                    at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_operator_answers", x => new { x.actor, x.key });
                });

            migrationBuilder.CreateTable(
                name: "operator_tokens",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    user_id = table.Column<long>(type: "INTEGER", nullable: false),
                    permissions = table.Column<string>(type: "TEXT", nullable: false),
                    networks = table.Column<string>(type: "TEXT", nullable: false),
                    created_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    ends_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    approved_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    revoked_at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_operator_tokens", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "orders",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    sub_merchant = table.Column<string>(type: "TEXT", nullable: false),
                    direction = table.Column<short>(type: "INTEGER", nullable: false),
                    trade_no = table.Column<string>(type: "TEXT", nullable: false),
                    number = table.Column<string>(type: "TEXT", nullable: false),
                    country = table.Column<string>(type: "TEXT", nullable: false),
                    currency = table.Column<string>(type: "TEXT", nullable: false),
                    way = table.Column<string>(type: "TEXT", nullable: false),
                    channel_code = table.Column<string>(type: "TEXT", nullable: false),
                    bank_code = table.Column<string>(type: "TEXT", nullable: false),
                    amount_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    exceptions = table.Column<short>(type: "INTEGER", nullable: false),
                    paid_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    returned_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    suspense_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    fee_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    tax_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    withheld_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    withheld_terms_id = table.Column<long>(type: "INTEGER", nullable: false),
                    terms_id = table.Column<long>(type: "INTEGER", nullable: false),
                    screened = table.Column<bool>(type: "INTEGER", nullable: false),
                    released_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    content_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    notify_url = table.Column<string>(type: "TEXT", nullable: false),
                    return_url = table.Column<string>(type: "TEXT", nullable: false),
                    remark = table.Column<string>(type: "TEXT", nullable: false),
                    hosted = table.Column<bool>(type: "INTEGER", nullable: false),
                    has_page = table.Column<bool>(type: "INTEGER", nullable: false),
                    failure_code = table.Column<string>(type: "TEXT", nullable: false),
                    message = table.Column<string>(type: "TEXT", nullable: false),
                    utr = table.Column<string>(type: "TEXT", nullable: false),
                    created_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    success_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    timer_due_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    event_count = table.Column<int>(type: "INTEGER", nullable: false),
                    result_version = table.Column<int>(type: "INTEGER", nullable: false),
                    attempt_count = table.Column<short>(type: "INTEGER", nullable: false),
                    way_given = table.Column<bool>(type: "INTEGER", nullable: false),
                    counted_limits = table.Column<string>(type: "TEXT", nullable: false),
                    counted_payers = table.Column<string>(type: "TEXT", nullable: false),
                    refund_of = table.Column<long>(type: "INTEGER", nullable: false),
                    receipt_key = table.Column<string>(type: "TEXT", nullable: false),
                    receipt_account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    receipt_terms_id = table.Column<long>(type: "INTEGER", nullable: false),
                    taken_from = table.Column<string>(type: "TEXT", nullable: false),
                    refunding_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    disputed_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    forgiven_minor = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_orders", x => new { x.bucket, x.id });
                });

            migrationBuilder.CreateTable(
                name: "payer_counts",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    payer = table.Column<string>(type: "TEXT", nullable: false),
                    local_date = table.Column<int>(type: "INTEGER", nullable: false),
                    begun = table.Column<int>(type: "INTEGER", nullable: false),
                    paid = table.Column<int>(type: "INTEGER", nullable: false),
                    begun_at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_payer_counts", x => new { x.bucket, x.merchant_no, x.payer, x.local_date });
                });

            migrationBuilder.CreateTable(
                name: "payment_links",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    country = table.Column<string>(type: "TEXT", nullable: false),
                    number = table.Column<string>(type: "TEXT", nullable: false),
                    title = table.Column<string>(type: "TEXT", nullable: false),
                    reusable = table.Column<bool>(type: "INTEGER", nullable: false),
                    amount_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    least_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    most_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    ways = table.Column<string>(type: "TEXT", nullable: false),
                    sub_merchant = table.Column<string>(type: "TEXT", nullable: false),
                    ends_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    made_by = table.Column<string>(type: "TEXT", nullable: false),
                    made_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    closed_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    closed_by = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_payment_links", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "payout_batch_lines",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    batch_id = table.Column<long>(type: "INTEGER", nullable: false),
                    line = table.Column<int>(type: "INTEGER", nullable: false),
                    trade_no = table.Column<string>(type: "TEXT", nullable: false),
                    amount_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    recipient = table.Column<string>(type: "TEXT", nullable: false),
                    shown = table.Column<string>(type: "TEXT", nullable: false),
                    master_key_id = table.Column<string>(type: "TEXT", nullable: false),
                    @sealed = table.Column<byte[]>(name: "sealed", type: "BLOB", nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    fault = table.Column<string>(type: "TEXT", nullable: false),
                    repeats = table.Column<string>(type: "TEXT", nullable: false),
                    number = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_payout_batch_lines", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "payout_batches",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    hash = table.Column<string>(type: "TEXT", nullable: false),
                    point = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    lines = table.Column<int>(type: "INTEGER", nullable: false),
                    made_by_user_id = table.Column<long>(type: "INTEGER", nullable: false),
                    made_by = table.Column<string>(type: "TEXT", nullable: false),
                    made_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    ends_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    by_two = table.Column<bool>(type: "INTEGER", nullable: false),
                    decided_by = table.Column<string>(type: "TEXT", nullable: false),
                    decided_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    remark = table.Column<string>(type: "TEXT", nullable: false),
                    lease_until_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    ended_at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_payout_batches", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "persons",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    order_id = table.Column<long>(type: "INTEGER", nullable: false),
                    master_key_id = table.Column<string>(type: "TEXT", nullable: false),
                    @sealed = table.Column<byte[]>(name: "sealed", type: "BLOB", nullable: false),
                    created_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    recipient = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_persons", x => new { x.bucket, x.order_id });
                });

            migrationBuilder.CreateTable(
                name: "proposal_secrets",
                columns: table => new
                {
                    proposal_id = table.Column<long>(type: "INTEGER", nullable: false),
                    master_key_id = table.Column<string>(type: "TEXT", nullable: false),
                    @sealed = table.Column<byte[]>(name: "sealed", type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_proposal_secrets", x => x.proposal_id);
                });

            migrationBuilder.CreateTable(
                name: "proposals",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    subject = table.Column<string>(type: "TEXT", nullable: false),
                    business_id = table.Column<long>(type: "INTEGER", nullable: false),
                    change = table.Column<string>(type: "TEXT", nullable: false),
                    against = table.Column<string>(type: "TEXT", nullable: false),
                    reason = table.Column<string>(type: "TEXT", nullable: false),
                    made_by_user_id = table.Column<long>(type: "INTEGER", nullable: false),
                    made_by = table.Column<string>(type: "TEXT", nullable: false),
                    made_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    ends_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    alone_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    decided_by = table.Column<string>(type: "TEXT", nullable: false),
                    decided_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    outcome = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_proposals", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "rail_movements",
                columns: table => new
                {
                    channel_account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    direction = table.Column<short>(type: "INTEGER", nullable: false),
                    kind = table.Column<short>(type: "INTEGER", nullable: false),
                    dedupe_key = table.Column<string>(type: "TEXT", nullable: false),
                    statement_bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    statement_id = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rail_movements", x => new { x.channel_account_id, x.direction, x.kind, x.dedupe_key });
                });

            migrationBuilder.CreateTable(
                name: "rail_statements",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    channel_account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    direction = table.Column<short>(type: "INTEGER", nullable: false),
                    kind = table.Column<short>(type: "INTEGER", nullable: false),
                    source = table.Column<short>(type: "INTEGER", nullable: false),
                    outcome = table.Column<short>(type: "INTEGER", nullable: false),
                    order_id = table.Column<long>(type: "INTEGER", nullable: false),
                    crossed_to = table.Column<short>(type: "INTEGER", nullable: false),
                    times_taken_back = table.Column<short>(type: "INTEGER", nullable: false),
                    reference = table.Column<string>(type: "TEXT", nullable: false),
                    dedupe_key = table.Column<string>(type: "TEXT", nullable: false),
                    amount_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    currency = table.Column<string>(type: "TEXT", nullable: false),
                    rail_reference = table.Column<string>(type: "TEXT", nullable: false),
                    find_key = table.Column<string>(type: "TEXT", nullable: false),
                    reason = table.Column<string>(type: "TEXT", nullable: false),
                    note = table.Column<string>(type: "TEXT", nullable: false),
                    occurred_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    received_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    booked_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    transfer_no = table.Column<long>(type: "INTEGER", nullable: false),
                    returned_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    body_id = table.Column<long>(type: "INTEGER", nullable: false),
                    sender_key_id = table.Column<string>(type: "TEXT", nullable: false),
                    sender_sealed = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rail_statements", x => new { x.bucket, x.id });
                });

            migrationBuilder.CreateTable(
                name: "recovery_codes",
                columns: table => new
                {
                    user_id = table.Column<long>(type: "INTEGER", nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    used_at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_recovery_codes", x => new { x.user_id, x.hash });
                });

            migrationBuilder.CreateTable(
                name: "refund_limits",
                columns: table => new
                {
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    payment_minor = table.Column<long>(type: "INTEGER", nullable: true),
                    person_day_minor = table.Column<long>(type: "INTEGER", nullable: true),
                    by_api = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_refund_limits", x => x.merchant_no);
                });

            migrationBuilder.CreateTable(
                name: "refund_orders",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    trade_no = table.Column<string>(type: "TEXT", nullable: false),
                    pay_in_number = table.Column<string>(type: "TEXT", nullable: false),
                    refund_no = table.Column<string>(type: "TEXT", nullable: false),
                    amount_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    reason = table.Column<string>(type: "TEXT", nullable: false),
                    made_by_user_id = table.Column<long>(type: "INTEGER", nullable: false),
                    made_by = table.Column<string>(type: "TEXT", nullable: false),
                    approved_by = table.Column<string>(type: "TEXT", nullable: false),
                    made_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    day = table.Column<int>(type: "INTEGER", nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    number = table.Column<string>(type: "TEXT", nullable: false),
                    outcome = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_refund_orders", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "routing_rules",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    country = table.Column<string>(type: "TEXT", nullable: false),
                    direction = table.Column<short>(type: "INTEGER", nullable: false),
                    way = table.Column<string>(type: "TEXT", nullable: false),
                    minimum_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    maximum_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    accounts = table.Column<string>(type: "TEXT", nullable: false),
                    priority = table.Column<int>(type: "INTEGER", nullable: false),
                    open = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_routing_rules", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "rule_counts",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    person = table.Column<string>(type: "TEXT", nullable: false),
                    recent = table.Column<string>(type: "TEXT", nullable: false),
                    last_at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rule_counts", x => new { x.bucket, x.merchant_no, x.person });
                });

            migrationBuilder.CreateTable(
                name: "sandbox_orders",
                columns: table => new
                {
                    account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    direction = table.Column<short>(type: "INTEGER", nullable: false),
                    reference = table.Column<string>(type: "TEXT", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    amount_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    currency = table.Column<string>(type: "TEXT", nullable: false),
                    script = table.Column<short>(type: "INTEGER", nullable: false),
                    sends = table.Column<int>(type: "INTEGER", nullable: false),
                    instruction_kind = table.Column<string>(type: "TEXT", nullable: false),
                    instruction_value = table.Column<string>(type: "TEXT", nullable: false),
                    alias_of = table.Column<string>(type: "TEXT", nullable: false),
                    paid_reference = table.Column<string>(type: "TEXT", nullable: false),
                    moved_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    balance_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    last_step_no = table.Column<int>(type: "INTEGER", nullable: false),
                    due_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    movements_json = table.Column<string>(type: "TEXT", nullable: false),
                    agenda_json = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sandbox_orders", x => new { x.account_id, x.direction, x.reference });
                });

            migrationBuilder.CreateTable(
                name: "saved_views",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    user_id = table.Column<long>(type: "INTEGER", nullable: false),
                    list = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    query = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_saved_views", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "screenings",
                columns: table => new
                {
                    kind = table.Column<short>(type: "INTEGER", nullable: false),
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    verdict = table.Column<short>(type: "INTEGER", nullable: false),
                    reference = table.Column<string>(type: "TEXT", nullable: false),
                    at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_screenings", x => new { x.kind, x.id });
                });

            migrationBuilder.CreateTable(
                name: "sessions",
                columns: table => new
                {
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    realm = table.Column<short>(type: "INTEGER", nullable: false),
                    user_id = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    seen_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    ends_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    factor_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    address = table.Column<string>(type: "TEXT", nullable: false),
                    device = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sessions", x => x.hash);
                });

            migrationBuilder.CreateTable(
                name: "settlement_dues",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    due_date = table.Column<int>(type: "INTEGER", nullable: false),
                    amount_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    settled_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    run_count = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_settlement_dues", x => new { x.bucket, x.account_id, x.due_date });
                });

            migrationBuilder.CreateTable(
                name: "sign_in_failures",
                columns: table => new
                {
                    subject = table.Column<byte[]>(type: "BLOB", nullable: false),
                    count = table.Column<int>(type: "INTEGER", nullable: false),
                    since_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    closed_until_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sign_in_failures", x => x.subject);
                });

            migrationBuilder.CreateTable(
                name: "stat_hours",
                columns: table => new
                {
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    slot_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    direction = table.Column<short>(type: "INTEGER", nullable: false),
                    way = table.Column<string>(type: "TEXT", nullable: false),
                    created = table.Column<int>(type: "INTEGER", nullable: false),
                    paid = table.Column<int>(type: "INTEGER", nullable: false),
                    failed = table.Column<int>(type: "INTEGER", nullable: false),
                    held_minor = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_stat_hours", x => new { x.merchant_no, x.slot_ms, x.direction, x.way });
                });

            migrationBuilder.CreateTable(
                name: "stat_outcomes",
                columns: table => new
                {
                    slot_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    country = table.Column<string>(type: "TEXT", nullable: false),
                    channel_account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    direction = table.Column<short>(type: "INTEGER", nullable: false),
                    way = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    code = table.Column<string>(type: "TEXT", nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: false),
                    order_count = table.Column<int>(type: "INTEGER", nullable: false),
                    held_minor = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_stat_outcomes", x => new { x.slot_ms, x.country, x.channel_account_id, x.direction, x.way, x.state, x.code });
                });

            migrationBuilder.CreateTable(
                name: "stat_runs",
                columns: table => new
                {
                    span = table.Column<string>(type: "TEXT", nullable: false),
                    at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_stat_runs", x => x.span);
                });

            migrationBuilder.CreateTable(
                name: "statement_bodies",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    open = table.Column<bool>(type: "INTEGER", nullable: false),
                    master_key_id = table.Column<string>(type: "TEXT", nullable: false),
                    @sealed = table.Column<byte[]>(name: "sealed", type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_statement_bodies", x => new { x.bucket, x.id });
                });

            migrationBuilder.CreateTable(
                name: "sub_merchants",
                columns: table => new
                {
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    sub_merchant = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    open = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sub_merchants", x => new { x.merchant_no, x.sub_merchant });
                });

            migrationBuilder.CreateTable(
                name: "terms",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    country = table.Column<string>(type: "TEXT", nullable: false),
                    direction = table.Column<short>(type: "INTEGER", nullable: false),
                    way = table.Column<string>(type: "TEXT", nullable: false),
                    valid_from_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    basis_points = table.Column<int>(type: "INTEGER", nullable: false),
                    fixed_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    minimum_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    maximum_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    tax_basis_points = table.Column<int>(type: "INTEGER", nullable: false),
                    settlement_days = table.Column<int>(type: "INTEGER", nullable: false),
                    business_days = table.Column<bool>(type: "INTEGER", nullable: false),
                    returns_fee = table.Column<bool>(type: "INTEGER", nullable: false),
                    refund_basis_points = table.Column<int>(type: "INTEGER", nullable: false),
                    refund_fixed_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    reserve_basis_points = table.Column<int>(type: "INTEGER", nullable: false),
                    reserve_days = table.Column<int>(type: "INTEGER", nullable: false),
                    reserve_cap_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    withholding_name = table.Column<string>(type: "TEXT", nullable: false),
                    withholding_basis_points = table.Column<int>(type: "INTEGER", nullable: false),
                    dispute_fee_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    actor = table.Column<string>(type: "TEXT", nullable: false),
                    approver = table.Column<string>(type: "TEXT", nullable: false),
                    added_at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_terms", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "timers",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    due_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    order_id = table.Column<long>(type: "INTEGER", nullable: false),
                    channel_account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    work = table.Column<short>(type: "INTEGER", nullable: false),
                    attempt_no = table.Column<short>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_timers", x => new { x.bucket, x.due_at_ms, x.order_id });
                });

            migrationBuilder.CreateTable(
                name: "transfers",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    transfer_no = table.Column<long>(type: "INTEGER", nullable: false),
                    type = table.Column<short>(type: "INTEGER", nullable: false),
                    cause = table.Column<string>(type: "TEXT", nullable: false),
                    order_id = table.Column<long>(type: "INTEGER", nullable: false),
                    once_key = table.Column<string>(type: "TEXT", nullable: true),
                    booked_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_transfers", x => new { x.bucket, x.transfer_no });
                });

            migrationBuilder.CreateTable(
                name: "user_passkeys",
                columns: table => new
                {
                    credential_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    user_id = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    public_key = table.Column<byte[]>(type: "BLOB", nullable: false),
                    sign_count = table.Column<long>(type: "INTEGER", nullable: false),
                    transports = table.Column<string>(type: "TEXT", nullable: false),
                    is_backup_eligible = table.Column<bool>(type: "INTEGER", nullable: false),
                    is_backed_up = table.Column<bool>(type: "INTEGER", nullable: false),
                    created_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    used_at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_user_passkeys", x => x.credential_id);
                });

            migrationBuilder.CreateTable(
                name: "users",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    realm = table.Column<short>(type: "INTEGER", nullable: false),
                    email = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    password_hash = table.Column<string>(type: "TEXT", nullable: false),
                    totp_key_id = table.Column<string>(type: "TEXT", nullable: false),
                    totp_sealed = table.Column<byte[]>(type: "BLOB", nullable: false),
                    totp_last_step = table.Column<long>(type: "INTEGER", nullable: false),
                    raised_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    language = table.Column<string>(type: "TEXT", nullable: false),
                    zone = table.Column<string>(type: "TEXT", nullable: false),
                    theme = table.Column<string>(type: "TEXT", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_users", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "withdrawal_results",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    order_id = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_withdrawal_results", x => new { x.bucket, x.order_id, x.version });
                });

            migrationBuilder.CreateTable(
                name: "withdrawal_schedules",
                columns: table => new
                {
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    destination_id = table.Column<long>(type: "INTEGER", nullable: false),
                    weekday = table.Column<short>(type: "INTEGER", nullable: false),
                    minimum_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    stays_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    last_day = table.Column<int>(type: "INTEGER", nullable: false),
                    made_by_user_id = table.Column<long>(type: "INTEGER", nullable: false),
                    made_by = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_withdrawal_schedules", x => x.merchant_no);
                });

            migrationBuilder.CreateTable(
                name: "withdrawals",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    destination_id = table.Column<long>(type: "INTEGER", nullable: false),
                    currency = table.Column<string>(type: "TEXT", nullable: false),
                    amount_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    wants = table.Column<short>(type: "INTEGER", nullable: false),
                    made_by = table.Column<string>(type: "TEXT", nullable: false),
                    made_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    schedule_day = table.Column<int>(type: "INTEGER", nullable: false),
                    bank_account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    reference = table.Column<string>(type: "TEXT", nullable: false),
                    return_reference = table.Column<string>(type: "TEXT", nullable: false),
                    decided_by = table.Column<string>(type: "TEXT", nullable: false),
                    decided_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    outcome = table.Column<string>(type: "TEXT", nullable: false),
                    channel_account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    bank_code = table.Column<string>(type: "TEXT", nullable: false),
                    order_number = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_withdrawals", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "withholdings",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    transfer_no = table.Column<long>(type: "INTEGER", nullable: false),
                    merchant_no = table.Column<long>(type: "INTEGER", nullable: false),
                    order_id = table.Column<long>(type: "INTEGER", nullable: false),
                    terms_id = table.Column<long>(type: "INTEGER", nullable: false),
                    value_date = table.Column<int>(type: "INTEGER", nullable: false),
                    gross_minor = table.Column<long>(type: "INTEGER", nullable: false),
                    withheld_minor = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_withholdings", x => new { x.bucket, x.transfer_no });
                });

            migrationBuilder.CreateIndex(
                name: "IX_access_links_user_id",
                table: "access_links",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "IX_accounts_owner_type_owner_id",
                table: "accounts",
                columns: new[] { "owner_type", "owner_id" });

            migrationBuilder.CreateIndex(
                name: "IX_api_calls_id",
                table: "api_calls",
                column: "id",
                filter: "accepted");

            migrationBuilder.CreateIndex(
                name: "IX_api_calls_merchant_no_id",
                table: "api_calls",
                columns: new[] { "merchant_no", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_attempts_channel_account_id_rail_id",
                table: "attempts",
                columns: new[] { "channel_account_id", "rail_id" },
                filter: "rail_id <> ''");

            migrationBuilder.CreateIndex(
                name: "IX_attempts_channel_account_id_reference",
                table: "attempts",
                columns: new[] { "channel_account_id", "reference" });

            migrationBuilder.CreateIndex(
                name: "IX_audit_at_ms",
                table: "audit",
                column: "at_ms");

            migrationBuilder.CreateIndex(
                name: "IX_audit_subject_at_ms",
                table: "audit",
                columns: new[] { "subject", "at_ms" });

            migrationBuilder.CreateIndex(
                name: "IX_bank_accounts_name",
                table: "bank_accounts",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_block_entries_merchant_no_hash_is_own",
                table: "block_entries",
                columns: new[] { "merchant_no", "hash", "is_own" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_case_actions_bucket_case_id",
                table: "case_actions",
                columns: new[] { "bucket", "case_id" },
                filter: "case_id <> 0");

            migrationBuilder.CreateIndex(
                name: "IX_case_actions_bucket_order_id",
                table: "case_actions",
                columns: new[] { "bucket", "order_id" },
                filter: "order_id <> 0");

            migrationBuilder.CreateIndex(
                name: "IX_case_owners_user_id",
                table: "case_owners",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "IX_cases_bucket_order_id",
                table: "cases",
                columns: new[] { "bucket", "order_id" },
                filter: "order_id <> 0");

            migrationBuilder.CreateIndex(
                name: "IX_cases_severity_opened_at_ms_kind_channel_account_id_currency_amount_minor_bucket_id",
                table: "cases",
                columns: new[] { "severity", "opened_at_ms", "kind", "channel_account_id", "currency", "amount_minor", "bucket", "id" },
                filter: "state = 1");

            migrationBuilder.CreateIndex(
                name: "IX_channel_accounts_callback_key",
                table: "channel_accounts",
                column: "callback_key",
                unique: true,
                filter: "callback_key <> ''");

            migrationBuilder.CreateIndex(
                name: "IX_channel_maintenances_channel_account_id",
                table: "channel_maintenances",
                column: "channel_account_id");

            migrationBuilder.CreateIndex(
                name: "IX_channel_pot_sends_channel_account_id_order_id",
                table: "channel_pot_sends",
                columns: new[] { "channel_account_id", "order_id" },
                filter: "settled_at_ms = 0");

            migrationBuilder.CreateIndex(
                name: "IX_decisions_case_bucket_case_id",
                table: "decisions",
                columns: new[] { "case_bucket", "case_id" });

            migrationBuilder.CreateIndex(
                name: "IX_decisions_state_id",
                table: "decisions",
                columns: new[] { "state", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_destinations_merchant_no",
                table: "destinations",
                column: "merchant_no");

            migrationBuilder.CreateIndex(
                name: "IX_dispute_steps_dispute_id_id",
                table: "dispute_steps",
                columns: new[] { "dispute_id", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_dispute_steps_state_id",
                table: "dispute_steps",
                columns: new[] { "state", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_disputes_bucket_order_id",
                table: "disputes",
                columns: new[] { "bucket", "order_id" });

            migrationBuilder.CreateIndex(
                name: "IX_disputes_deadline_ms",
                table: "disputes",
                column: "deadline_ms",
                filter: "state = 1");

            migrationBuilder.CreateIndex(
                name: "IX_disputes_id",
                table: "disputes",
                column: "id",
                filter: "untold");

            migrationBuilder.CreateIndex(
                name: "IX_disputes_merchant_no_id",
                table: "disputes",
                columns: new[] { "merchant_no", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_entries_bucket_transfer_no",
                table: "entries",
                columns: new[] { "bucket", "transfer_no" });

            migrationBuilder.CreateIndex(
                name: "IX_evidence_files_subject",
                table: "evidence_files",
                column: "subject");

            migrationBuilder.CreateIndex(
                name: "IX_fee_statements_merchant_no_month_currency",
                table: "fee_statements",
                columns: new[] { "merchant_no", "month", "currency" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_fee_statements_month_number",
                table: "fee_statements",
                columns: new[] { "month", "number" });

            migrationBuilder.CreateIndex(
                name: "IX_ledger_orders_merchant_no_id",
                table: "ledger_orders",
                columns: new[] { "merchant_no", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_ledger_orders_state_id",
                table: "ledger_orders",
                columns: new[] { "state", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_list_files_user_id",
                table: "list_files",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "IX_mails_recipient_kind_created_at_ms",
                table: "mails",
                columns: new[] { "recipient", "kind", "created_at_ms" });

            migrationBuilder.CreateIndex(
                name: "IX_mails_state_due_at_ms",
                table: "mails",
                columns: new[] { "state", "due_at_ms" });

            migrationBuilder.CreateIndex(
                name: "IX_memberships_business_id",
                table: "memberships",
                column: "business_id");

            migrationBuilder.CreateIndex(
                name: "IX_merchant_brands_logo_file",
                table: "merchant_brands",
                column: "logo_file");

            migrationBuilder.CreateIndex(
                name: "IX_merchant_documents_merchant_no",
                table: "merchant_documents",
                column: "merchant_no");

            migrationBuilder.CreateIndex(
                name: "IX_merchant_keys_merchant_no",
                table: "merchant_keys",
                column: "merchant_no");

            migrationBuilder.CreateIndex(
                name: "IX_notification_attempts_bucket_merchant_no_at_ms",
                table: "notification_attempts",
                columns: new[] { "bucket", "merchant_no", "at_ms" },
                filter: "NOT taken");

            migrationBuilder.CreateIndex(
                name: "IX_notifications_due_at_ms",
                table: "notifications",
                column: "due_at_ms");

            migrationBuilder.CreateIndex(
                name: "IX_notifications_merchant_no_due_at_ms",
                table: "notifications",
                columns: new[] { "merchant_no", "due_at_ms" });

            migrationBuilder.CreateIndex(
                name: "IX_operator_tokens_hash",
                table: "operator_tokens",
                column: "hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_orders_bucket_merchant_no_direction_id",
                table: "orders",
                columns: new[] { "bucket", "merchant_no", "direction", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_orders_bucket_merchant_no_direction_trade_no",
                table: "orders",
                columns: new[] { "bucket", "merchant_no", "direction", "trade_no" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_orders_bucket_number",
                table: "orders",
                columns: new[] { "bucket", "number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_orders_bucket_refund_of",
                table: "orders",
                columns: new[] { "bucket", "refund_of" },
                filter: "refund_of <> 0");

            migrationBuilder.CreateIndex(
                name: "IX_payment_links_merchant_no_id",
                table: "payment_links",
                columns: new[] { "merchant_no", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_payment_links_number",
                table: "payment_links",
                column: "number",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_payout_batch_lines_batch_id_line",
                table: "payout_batch_lines",
                columns: new[] { "batch_id", "line" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_payout_batches_merchant_no_hash",
                table: "payout_batches",
                columns: new[] { "merchant_no", "hash" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_payout_batches_state_id",
                table: "payout_batches",
                columns: new[] { "state", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_persons_bucket_recipient_order_id",
                table: "persons",
                columns: new[] { "bucket", "recipient", "order_id" },
                filter: "recipient <> ''");

            migrationBuilder.CreateIndex(
                name: "IX_proposals_state_id",
                table: "proposals",
                columns: new[] { "state", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_rail_statements_bucket_order_id",
                table: "rail_statements",
                columns: new[] { "bucket", "order_id" },
                filter: "order_id <> 0");

            migrationBuilder.CreateIndex(
                name: "IX_rail_statements_find_key_bucket",
                table: "rail_statements",
                columns: new[] { "find_key", "bucket" },
                filter: "find_key <> ''");

            migrationBuilder.CreateIndex(
                name: "IX_rail_statements_reference_channel_account_id_bucket_outcome",
                table: "rail_statements",
                columns: new[] { "reference", "channel_account_id", "bucket", "outcome" },
                filter: "outcome <> 1");

            migrationBuilder.CreateIndex(
                name: "IX_refund_orders_merchant_no_id",
                table: "refund_orders",
                columns: new[] { "merchant_no", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_refund_orders_state_id",
                table: "refund_orders",
                columns: new[] { "state", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_sandbox_orders_account_id_moved_at_ms",
                table: "sandbox_orders",
                columns: new[] { "account_id", "moved_at_ms" },
                filter: "moved_at_ms > 0");

            migrationBuilder.CreateIndex(
                name: "IX_sandbox_orders_due_at_ms",
                table: "sandbox_orders",
                column: "due_at_ms",
                filter: "due_at_ms > 0");

            migrationBuilder.CreateIndex(
                name: "IX_saved_views_user_id_list_name",
                table: "saved_views",
                columns: new[] { "user_id", "list", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_sessions_user_id",
                table: "sessions",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "IX_settlement_dues_bucket_account_id",
                table: "settlement_dues",
                columns: new[] { "bucket", "account_id" },
                filter: "amount_minor <> settled_minor");

            migrationBuilder.CreateIndex(
                name: "IX_settlement_dues_due_date",
                table: "settlement_dues",
                column: "due_date",
                filter: "amount_minor <> settled_minor");

            migrationBuilder.CreateIndex(
                name: "IX_stat_hours_slot_ms",
                table: "stat_hours",
                column: "slot_ms");

            migrationBuilder.CreateIndex(
                name: "IX_terms_merchant_no_country_direction_way_valid_from_ms",
                table: "terms",
                columns: new[] { "merchant_no", "country", "direction", "way", "valid_from_ms" });

            migrationBuilder.CreateIndex(
                name: "IX_timers_channel_account_id_bucket_due_at_ms",
                table: "timers",
                columns: new[] { "channel_account_id", "bucket", "due_at_ms" },
                filter: "work = 4");

            migrationBuilder.CreateIndex(
                name: "IX_transfers_bucket_once_key",
                table: "transfers",
                columns: new[] { "bucket", "once_key" },
                unique: true,
                filter: "once_key IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_transfers_bucket_order_id",
                table: "transfers",
                columns: new[] { "bucket", "order_id" },
                filter: "order_id <> 0");

            migrationBuilder.CreateIndex(
                name: "IX_user_passkeys_user_id",
                table: "user_passkeys",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "IX_users_realm_email",
                table: "users",
                columns: new[] { "realm", "email" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_withdrawals_merchant_no_id",
                table: "withdrawals",
                columns: new[] { "merchant_no", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_withdrawals_wants_id",
                table: "withdrawals",
                columns: new[] { "wants", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_withholdings_bucket_merchant_no_value_date_transfer_no",
                table: "withholdings",
                columns: new[] { "bucket", "merchant_no", "value_date", "transfer_no" });

            SchemaRules.Add(migrationBuilder);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "access_links");

            migrationBuilder.DropTable(
                name: "account_codes");

            migrationBuilder.DropTable(
                name: "accounts");

            migrationBuilder.DropTable(
                name: "allow_list");

            migrationBuilder.DropTable(
                name: "api_calls");

            migrationBuilder.DropTable(
                name: "attempts");

            migrationBuilder.DropTable(
                name: "audit");

            migrationBuilder.DropTable(
                name: "audit_chains");

            migrationBuilder.DropTable(
                name: "bank_accounts");

            migrationBuilder.DropTable(
                name: "bank_aliases");

            migrationBuilder.DropTable(
                name: "banks");

            migrationBuilder.DropTable(
                name: "batches");

            migrationBuilder.DropTable(
                name: "block_entries");

            migrationBuilder.DropTable(
                name: "businesses");

            migrationBuilder.DropTable(
                name: "case_actions");

            migrationBuilder.DropTable(
                name: "case_alerts");

            migrationBuilder.DropTable(
                name: "case_owners");

            migrationBuilder.DropTable(
                name: "cases");

            migrationBuilder.DropTable(
                name: "chains");

            migrationBuilder.DropTable(
                name: "channel_accounts");

            migrationBuilder.DropTable(
                name: "channel_balance_reads");

            migrationBuilder.DropTable(
                name: "channel_bank_codes");

            migrationBuilder.DropTable(
                name: "channel_callbacks");

            migrationBuilder.DropTable(
                name: "channel_cursors");

            migrationBuilder.DropTable(
                name: "channel_maintenances");

            migrationBuilder.DropTable(
                name: "channel_paces");

            migrationBuilder.DropTable(
                name: "channel_pot_sends");

            migrationBuilder.DropTable(
                name: "channel_pots");

            migrationBuilder.DropTable(
                name: "channel_secrets");

            migrationBuilder.DropTable(
                name: "channel_tokens");

            migrationBuilder.DropTable(
                name: "channel_ways");

            migrationBuilder.DropTable(
                name: "closed_months");

            migrationBuilder.DropTable(
                name: "country_weekends");

            migrationBuilder.DropTable(
                name: "creation_signs");

            migrationBuilder.DropTable(
                name: "daily_limits");

            migrationBuilder.DropTable(
                name: "daily_totals");

            migrationBuilder.DropTable(
                name: "decisions");

            migrationBuilder.DropTable(
                name: "destinations");

            migrationBuilder.DropTable(
                name: "dispute_mails");

            migrationBuilder.DropTable(
                name: "dispute_steps");

            migrationBuilder.DropTable(
                name: "disputes");

            migrationBuilder.DropTable(
                name: "entries");

            migrationBuilder.DropTable(
                name: "events");

            migrationBuilder.DropTable(
                name: "evidence_files");

            migrationBuilder.DropTable(
                name: "fee_statements");

            migrationBuilder.DropTable(
                name: "form_uses");

            migrationBuilder.DropTable(
                name: "hold_limits");

            migrationBuilder.DropTable(
                name: "hold_warnings");

            migrationBuilder.DropTable(
                name: "holidays");

            migrationBuilder.DropTable(
                name: "installation");

            migrationBuilder.DropTable(
                name: "installation_secrets");

            migrationBuilder.DropTable(
                name: "key_uses");

            migrationBuilder.DropTable(
                name: "known_devices");

            migrationBuilder.DropTable(
                name: "known_persons");

            migrationBuilder.DropTable(
                name: "ledger_checks");

            migrationBuilder.DropTable(
                name: "ledger_orders");

            migrationBuilder.DropTable(
                name: "list_file_parts");

            migrationBuilder.DropTable(
                name: "list_files");

            migrationBuilder.DropTable(
                name: "login_steps");

            migrationBuilder.DropTable(
                name: "mails");

            migrationBuilder.DropTable(
                name: "memberships");

            migrationBuilder.DropTable(
                name: "merchant_brands");

            migrationBuilder.DropTable(
                name: "merchant_documents");

            migrationBuilder.DropTable(
                name: "merchant_keys");

            migrationBuilder.DropTable(
                name: "merchant_papers");

            migrationBuilder.DropTable(
                name: "merchant_rules");

            migrationBuilder.DropTable(
                name: "merchants");

            migrationBuilder.DropTable(
                name: "month_balances");

            migrationBuilder.DropTable(
                name: "notices");

            migrationBuilder.DropTable(
                name: "notification_attempts");

            migrationBuilder.DropTable(
                name: "notifications");

            migrationBuilder.DropTable(
                name: "number_blocks");

            migrationBuilder.DropTable(
                name: "number_spaces");

            migrationBuilder.DropTable(
                name: "operator_answers");

            migrationBuilder.DropTable(
                name: "operator_tokens");

            migrationBuilder.DropTable(
                name: "orders");

            migrationBuilder.DropTable(
                name: "payer_counts");

            migrationBuilder.DropTable(
                name: "payment_links");

            migrationBuilder.DropTable(
                name: "payout_batch_lines");

            migrationBuilder.DropTable(
                name: "payout_batches");

            migrationBuilder.DropTable(
                name: "persons");

            migrationBuilder.DropTable(
                name: "proposal_secrets");

            migrationBuilder.DropTable(
                name: "proposals");

            migrationBuilder.DropTable(
                name: "rail_movements");

            migrationBuilder.DropTable(
                name: "rail_statements");

            migrationBuilder.DropTable(
                name: "recovery_codes");

            migrationBuilder.DropTable(
                name: "refund_limits");

            migrationBuilder.DropTable(
                name: "refund_orders");

            migrationBuilder.DropTable(
                name: "routing_rules");

            migrationBuilder.DropTable(
                name: "rule_counts");

            migrationBuilder.DropTable(
                name: "sandbox_orders");

            migrationBuilder.DropTable(
                name: "saved_views");

            migrationBuilder.DropTable(
                name: "screenings");

            migrationBuilder.DropTable(
                name: "sessions");

            migrationBuilder.DropTable(
                name: "settlement_dues");

            migrationBuilder.DropTable(
                name: "sign_in_failures");

            migrationBuilder.DropTable(
                name: "stat_hours");

            migrationBuilder.DropTable(
                name: "stat_outcomes");

            migrationBuilder.DropTable(
                name: "stat_runs");

            migrationBuilder.DropTable(
                name: "statement_bodies");

            migrationBuilder.DropTable(
                name: "sub_merchants");

            migrationBuilder.DropTable(
                name: "terms");

            migrationBuilder.DropTable(
                name: "timers");

            migrationBuilder.DropTable(
                name: "transfers");

            migrationBuilder.DropTable(
                name: "user_passkeys");

            migrationBuilder.DropTable(
                name: "users");

            migrationBuilder.DropTable(
                name: "withdrawal_results");

            migrationBuilder.DropTable(
                name: "withdrawal_schedules");

            migrationBuilder.DropTable(
                name: "withdrawals");

            migrationBuilder.DropTable(
                name: "withholdings");
        }
    }
}
