using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Paypro.Server.Storage.Migrations.Postgres
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
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    user_id = table.Column<long>(type: "bigint", nullable: false),
                    purpose = table.Column<short>(type: "smallint", nullable: false),
                    created_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    ends_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_access_links", x => x.hash);
                });

            migrationBuilder.CreateTable(
                name: "account_codes",
                columns: table => new
                {
                    owner_type = table.Column<short>(type: "smallint", nullable: false),
                    kind = table.Column<short>(type: "smallint", nullable: false),
                    owner_id = table.Column<long>(type: "bigint", nullable: false),
                    currency = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    code = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_account_codes", x => new { x.owner_type, x.kind, x.owner_id, x.currency });
                });

            migrationBuilder.CreateTable(
                name: "accounts",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    id = table.Column<long>(type: "bigint", nullable: false),
                    owner_type = table.Column<short>(type: "smallint", nullable: false),
                    owner_id = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<short>(type: "smallint", nullable: false),
                    currency = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    balance_minor = table.Column<long>(type: "bigint", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_accounts", x => new { x.bucket, x.id });
                });

            migrationBuilder.CreateTable(
                name: "allow_list",
                columns: table => new
                {
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    network = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    note = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    added_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_allow_list", x => new { x.merchant_no, x.network });
                });

            migrationBuilder.CreateTable(
                name: "api_calls",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    at_ms = table.Column<long>(type: "bigint", nullable: false),
                    took_ms = table.Column<int>(type: "integer", nullable: false),
                    operation = table.Column<short>(type: "smallint", nullable: false),
                    path = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    code = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    http_status = table.Column<short>(type: "smallint", nullable: false),
                    fault = table.Column<short>(type: "smallint", nullable: false),
                    accepted = table.Column<bool>(type: "boolean", nullable: false),
                    proved = table.Column<bool>(type: "boolean", nullable: false),
                    address = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    trade_no = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    field = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    sentence = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    body = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    body_bytes = table.Column<int>(type: "integer", nullable: false),
                    mistake = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    mistake_in = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    signed_text = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_api_calls", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "attempts",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    order_id = table.Column<long>(type: "bigint", nullable: false),
                    attempt_no = table.Column<short>(type: "smallint", nullable: false),
                    channel_account_id = table.Column<long>(type: "bigint", nullable: false),
                    direction = table.Column<short>(type: "smallint", nullable: false),
                    way = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    reference = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    rail_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    instruction_kind = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    instruction_value = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    instruction_bank = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    instruction_beneficiary = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    cost_terms = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    cost_minor = table.Column<long>(type: "bigint", nullable: false),
                    lease_until_ms = table.Column<long>(type: "bigint", nullable: false),
                    sent_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    query_count = table.Column<int>(type: "integer", nullable: false),
                    asked_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    answered_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    parked_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    created_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    terms_id = table.Column<long>(type: "bigint", nullable: false),
                    plan = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_attempts", x => new { x.bucket, x.order_id, x.attempt_no });
                });

            migrationBuilder.CreateTable(
                name: "audit",
                columns: table => new
                {
                    chain = table.Column<short>(type: "smallint", nullable: false),
                    no = table.Column<long>(type: "bigint", nullable: false),
                    at_ms = table.Column<long>(type: "bigint", nullable: false),
                    actor = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    address = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    session_id = table.Column<long>(type: "bigint", nullable: false),
                    action = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    subject = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    before = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    after = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    reason = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    request_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit", x => new { x.chain, x.no });
                });

            migrationBuilder.CreateTable(
                name: "audit_chains",
                columns: table => new
                {
                    chain = table.Column<short>(type: "smallint", nullable: false),
                    last_no = table.Column<long>(type: "bigint", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_chains", x => x.chain);
                });

            migrationBuilder.CreateTable(
                name: "bank_accounts",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    currency = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    bank = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    number = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    holder = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    takes_top_ups = table.Column<bool>(type: "boolean", nullable: false),
                    open = table.Column<bool>(type: "boolean", nullable: false),
                    told_minor = table.Column<long>(type: "bigint", nullable: false),
                    told_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    told_by = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_bank_accounts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "bank_aliases",
                columns: table => new
                {
                    country = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    alias = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    code = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_bank_aliases", x => new { x.country, x.alias });
                });

            migrationBuilder.CreateTable(
                name: "banks",
                columns: table => new
                {
                    country = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    code = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    national_code = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    kind = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    open = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_banks", x => new { x.country, x.code });
                });

            migrationBuilder.CreateTable(
                name: "batches",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    id = table.Column<long>(type: "bigint", nullable: false),
                    created_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    mark = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_batches", x => new { x.bucket, x.id });
                });

            migrationBuilder.CreateTable(
                name: "block_entries",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    is_own = table.Column<bool>(type: "boolean", nullable: false),
                    country = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    kind = table.Column<short>(type: "smallint", nullable: false),
                    hash = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    reason = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    made_by = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    made_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_block_entries", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "businesses",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    keys_by_two = table.Column<bool>(type: "boolean", nullable: false),
                    created_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_businesses", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "case_actions",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    id = table.Column<long>(type: "bigint", nullable: false),
                    case_id = table.Column<long>(type: "bigint", nullable: false),
                    order_id = table.Column<long>(type: "bigint", nullable: false),
                    action = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    actor = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    approver = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    evidence = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    text = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_case_actions", x => new { x.bucket, x.id });
                });

            migrationBuilder.CreateTable(
                name: "case_alerts",
                columns: table => new
                {
                    case_bucket = table.Column<short>(type: "smallint", nullable: false),
                    case_id = table.Column<long>(type: "bigint", nullable: false),
                    opened_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    first_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    second_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    hook_due_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    hook_tries = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_case_alerts", x => new { x.case_bucket, x.case_id, x.opened_at_ms });
                });

            migrationBuilder.CreateTable(
                name: "case_owners",
                columns: table => new
                {
                    case_bucket = table.Column<short>(type: "smallint", nullable: false),
                    case_id = table.Column<long>(type: "bigint", nullable: false),
                    opened_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    user_id = table.Column<long>(type: "bigint", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    taken_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_case_owners", x => new { x.case_bucket, x.case_id });
                });

            migrationBuilder.CreateTable(
                name: "cases",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    id = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    subject = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    severity = table.Column<short>(type: "smallint", nullable: false),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    order_id = table.Column<long>(type: "bigint", nullable: false),
                    channel_account_id = table.Column<long>(type: "bigint", nullable: false),
                    statement_id = table.Column<long>(type: "bigint", nullable: false),
                    amount_minor = table.Column<long>(type: "bigint", nullable: false),
                    currency = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    text = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    count = table.Column<int>(type: "integer", nullable: false),
                    opened_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    raised_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    resolved_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    resolved_by = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    resolution = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_cases", x => new { x.bucket, x.id });
                });

            migrationBuilder.CreateTable(
                name: "chains",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    last_transfer_no = table.Column<long>(type: "bigint", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_chains", x => x.bucket);
                });

            migrationBuilder.CreateTable(
                name: "channel_accounts",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    channel = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    country = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    currency = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    live = table.Column<bool>(type: "boolean", nullable: false),
                    open = table.Column<bool>(type: "boolean", nullable: false),
                    recovery_since_ms = table.Column<long>(type: "bigint", nullable: false),
                    priority = table.Column<int>(type: "integer", nullable: false),
                    settings_json = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    callback_key = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_channel_accounts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "channel_balance_reads",
                columns: table => new
                {
                    channel_account_id = table.Column<long>(type: "bigint", nullable: false),
                    tried_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_channel_balance_reads", x => x.channel_account_id);
                });

            migrationBuilder.CreateTable(
                name: "channel_bank_codes",
                columns: table => new
                {
                    channel_account_id = table.Column<long>(type: "bigint", nullable: false),
                    ours = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    theirs = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_channel_bank_codes", x => new { x.channel_account_id, x.ours });
                });

            migrationBuilder.CreateTable(
                name: "channel_callbacks",
                columns: table => new
                {
                    channel_account_id = table.Column<long>(type: "bigint", nullable: false),
                    at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_channel_callbacks", x => x.channel_account_id);
                });

            migrationBuilder.CreateTable(
                name: "channel_cursors",
                columns: table => new
                {
                    channel_account_id = table.Column<long>(type: "bigint", nullable: false),
                    cursor = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    since_ms = table.Column<long>(type: "bigint", nullable: false),
                    read_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    lease_until_ms = table.Column<long>(type: "bigint", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_channel_cursors", x => x.channel_account_id);
                });

            migrationBuilder.CreateTable(
                name: "channel_maintenances",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    channel_account_id = table.Column<long>(type: "bigint", nullable: false),
                    direction = table.Column<short>(type: "smallint", nullable: true),
                    way = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    from_ms = table.Column<long>(type: "bigint", nullable: false),
                    to_ms = table.Column<long>(type: "bigint", nullable: false),
                    zone = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    reason = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    actor = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_channel_maintenances", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "channel_paces",
                columns: table => new
                {
                    channel_account_id = table.Column<long>(type: "bigint", nullable: false),
                    calls = table.Column<short>(type: "smallint", nullable: false),
                    busy_until_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_channel_paces", x => new { x.channel_account_id, x.calls });
                });

            migrationBuilder.CreateTable(
                name: "channel_pot_sends",
                columns: table => new
                {
                    channel_account_id = table.Column<long>(type: "bigint", nullable: false),
                    pot = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    order_id = table.Column<long>(type: "bigint", nullable: false),
                    attempt_no = table.Column<short>(type: "smallint", nullable: false),
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    amount_minor = table.Column<long>(type: "bigint", nullable: false),
                    counted_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    settled_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    settled_in = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_channel_pot_sends", x => new { x.channel_account_id, x.pot, x.order_id, x.attempt_no });
                });

            migrationBuilder.CreateTable(
                name: "channel_pots",
                columns: table => new
                {
                    channel_account_id = table.Column<long>(type: "bigint", nullable: false),
                    pot = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    balance_minor = table.Column<long>(type: "bigint", nullable: false),
                    blocked_minor = table.Column<long>(type: "bigint", nullable: false),
                    told_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    source = table.Column<short>(type: "smallint", nullable: false),
                    told_by = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    sent_minor = table.Column<long>(type: "bigint", nullable: false),
                    floor_minor = table.Column<long>(type: "bigint", nullable: false),
                    warn_minor = table.Column<long>(type: "bigint", nullable: false),
                    alarm_minor = table.Column<long>(type: "bigint", nullable: false),
                    stopped_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    declines = table.Column<int>(type: "integer", nullable: false),
                    probe_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    pace_from_ms = table.Column<long>(type: "bigint", nullable: false),
                    pace_minor = table.Column<long>(type: "bigint", nullable: false),
                    pace_before_minor = table.Column<long>(type: "bigint", nullable: false),
                    created_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_channel_pots", x => new { x.channel_account_id, x.pot });
                });

            migrationBuilder.CreateTable(
                name: "channel_secrets",
                columns: table => new
                {
                    channel_account_id = table.Column<long>(type: "bigint", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    valid_from_ms = table.Column<long>(type: "bigint", nullable: false),
                    valid_to_ms = table.Column<long>(type: "bigint", nullable: false),
                    master_key_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    @sealed = table.Column<byte[]>(name: "sealed", type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_channel_secrets", x => new { x.channel_account_id, x.name, x.valid_from_ms });
                });

            migrationBuilder.CreateTable(
                name: "channel_tokens",
                columns: table => new
                {
                    channel_account_id = table.Column<long>(type: "bigint", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    master_key_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    @sealed = table.Column<byte[]>(name: "sealed", type: "bytea", nullable: false),
                    expires_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    renew_from_ms = table.Column<long>(type: "bigint", nullable: false),
                    lease_until_ms = table.Column<long>(type: "bigint", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_channel_tokens", x => new { x.channel_account_id, x.name });
                });

            migrationBuilder.CreateTable(
                name: "channel_ways",
                columns: table => new
                {
                    channel_account_id = table.Column<long>(type: "bigint", nullable: false),
                    direction = table.Column<short>(type: "smallint", nullable: false),
                    way = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    open = table.Column<bool>(type: "boolean", nullable: false),
                    minimum_minor = table.Column<long>(type: "bigint", nullable: false),
                    maximum_minor = table.Column<long>(type: "bigint", nullable: false),
                    time_to_live_minutes = table.Column<int>(type: "integer", nullable: false),
                    cost_basis_points = table.Column<int>(type: "integer", nullable: false),
                    cost_fixed_minor = table.Column<long>(type: "bigint", nullable: false),
                    cut_off_minute = table.Column<int>(type: "integer", nullable: true),
                    business_days_only = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_channel_ways", x => new { x.channel_account_id, x.direction, x.way });
                });

            migrationBuilder.CreateTable(
                name: "closed_months",
                columns: table => new
                {
                    month = table.Column<int>(type: "integer", nullable: false),
                    closed_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    made_by = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    closed_by = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    reason = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_closed_months", x => x.month);
                });

            migrationBuilder.CreateTable(
                name: "country_weekends",
                columns: table => new
                {
                    country = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    days = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_country_weekends", x => x.country);
                });

            migrationBuilder.CreateTable(
                name: "creation_signs",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    sign_hash = table.Column<long>(type: "bigint", nullable: false),
                    operation = table.Column<short>(type: "smallint", nullable: false),
                    trade_no = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_creation_signs", x => new { x.bucket, x.merchant_no, x.sign_hash });
                });

            migrationBuilder.CreateTable(
                name: "daily_limits",
                columns: table => new
                {
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    direction = table.Column<short>(type: "smallint", nullable: false),
                    way = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    amount_minor = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_daily_limits", x => new { x.merchant_no, x.direction, x.way });
                });

            migrationBuilder.CreateTable(
                name: "daily_totals",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    direction = table.Column<short>(type: "smallint", nullable: false),
                    way = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    local_date = table.Column<int>(type: "integer", nullable: false),
                    amount_minor = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_daily_totals", x => new { x.bucket, x.merchant_no, x.direction, x.way, x.local_date });
                });

            migrationBuilder.CreateTable(
                name: "decisions",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    proposal_id = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<short>(type: "smallint", nullable: false),
                    case_bucket = table.Column<short>(type: "smallint", nullable: false),
                    case_id = table.Column<long>(type: "bigint", nullable: false),
                    case_opened_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    number = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    evidence = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    file_id = table.Column<long>(type: "bigint", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    actor = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    approver = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    made_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    outcome = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    done_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    lease_until_ms = table.Column<long>(type: "bigint", nullable: false),
                    tries = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_decisions", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "destinations",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    bank = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    number = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    holder = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    made_by = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    made_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    confirmed_by = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    confirmed_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    usable_from_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_destinations", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "dispute_mails",
                columns: table => new
                {
                    dispute_id = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<short>(type: "smallint", nullable: false),
                    at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_dispute_mails", x => new { x.dispute_id, x.kind });
                });

            migrationBuilder.CreateTable(
                name: "dispute_steps",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    dispute_id = table.Column<long>(type: "bigint", nullable: false),
                    order_id = table.Column<long>(type: "bigint", nullable: false),
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<short>(type: "smallint", nullable: false),
                    wish = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    text = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    made_by = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    approved_by = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    made_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    outcome = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_dispute_steps", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "disputes",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    id = table.Column<long>(type: "bigint", nullable: false),
                    order_id = table.Column<long>(type: "bigint", nullable: false),
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<short>(type: "smallint", nullable: false),
                    amount_minor = table.Column<long>(type: "bigint", nullable: false),
                    currency = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    deadline_ms = table.Column<long>(type: "bigint", nullable: false),
                    reference = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    receipt_account_id = table.Column<long>(type: "bigint", nullable: false),
                    receipt_key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    receipt_terms_id = table.Column<long>(type: "bigint", nullable: false),
                    fee_minor = table.Column<long>(type: "bigint", nullable: false),
                    tax_minor = table.Column<long>(type: "bigint", nullable: false),
                    taken_from = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    opened_by = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    opened_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    held_minor = table.Column<long>(type: "bigint", nullable: false),
                    gone_minor = table.Column<long>(type: "bigint", nullable: false),
                    told_minor = table.Column<long>(type: "bigint", nullable: false),
                    lost_transfer_no = table.Column<long>(type: "bigint", nullable: false),
                    answered_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    decided_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    decided_by = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    untold = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_disputes", x => new { x.bucket, x.id });
                });

            migrationBuilder.CreateTable(
                name: "entries",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    account_id = table.Column<long>(type: "bigint", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    transfer_no = table.Column<long>(type: "bigint", nullable: false),
                    leg = table.Column<short>(type: "smallint", nullable: false),
                    amount_minor = table.Column<long>(type: "bigint", nullable: false),
                    balance_after_minor = table.Column<long>(type: "bigint", nullable: false),
                    booked_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    value_date = table.Column<int>(type: "integer", nullable: false),
                    due_date = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_entries", x => new { x.bucket, x.account_id, x.sequence });
                });

            migrationBuilder.CreateTable(
                name: "events",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    order_id = table.Column<long>(type: "bigint", nullable: false),
                    sequence = table.Column<int>(type: "integer", nullable: false),
                    type = table.Column<short>(type: "smallint", nullable: false),
                    cause = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    detail = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_events", x => new { x.bucket, x.order_id, x.sequence });
                });

            migrationBuilder.CreateTable(
                name: "evidence_files",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    subject = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    type = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    size = table.Column<int>(type: "integer", nullable: false),
                    @sealed = table.Column<byte[]>(name: "sealed", type: "bytea", nullable: false),
                    master_key_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    added_by = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    added_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_evidence_files", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "fee_statements",
                columns: table => new
                {
                    number = table.Column<long>(type: "bigint", nullable: false),
                    month = table.Column<int>(type: "integer", nullable: false),
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    currency = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    fee_minor = table.Column<long>(type: "bigint", nullable: false),
                    adjustment_minor = table.Column<long>(type: "bigint", nullable: false),
                    tax_minor = table.Column<long>(type: "bigint", nullable: false),
                    withheld_minor = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_fee_statements", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "form_uses",
                columns: table => new
                {
                    user_id = table.Column<long>(type: "bigint", nullable: false),
                    page_id = table.Column<long>(type: "bigint", nullable: false),
                    hash = table.Column<long>(type: "bigint", nullable: false),
                    part = table.Column<short>(type: "smallint", nullable: false),
                    at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_form_uses", x => new { x.user_id, x.page_id, x.hash, x.part });
                });

            migrationBuilder.CreateTable(
                name: "hold_limits",
                columns: table => new
                {
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    owner = table.Column<short>(type: "smallint", nullable: false),
                    kind = table.Column<short>(type: "smallint", nullable: false),
                    amount_minor = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_hold_limits", x => new { x.merchant_no, x.owner, x.kind });
                });

            migrationBuilder.CreateTable(
                name: "hold_warnings",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    order_id = table.Column<long>(type: "bigint", nullable: false),
                    at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_hold_warnings", x => new { x.bucket, x.order_id });
                });

            migrationBuilder.CreateTable(
                name: "holidays",
                columns: table => new
                {
                    country = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    date = table.Column<int>(type: "integer", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_holidays", x => new { x.country, x.date });
                });

            migrationBuilder.CreateTable(
                name: "installation",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    node_starts = table.Column<int>(type: "integer", nullable: false),
                    config_version = table.Column<long>(type: "bigint", nullable: false),
                    created_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_installation", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "installation_secrets",
                columns: table => new
                {
                    purpose = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    master_key_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    @sealed = table.Column<byte[]>(name: "sealed", type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_installation_secrets", x => x.purpose);
                });

            migrationBuilder.CreateTable(
                name: "key_uses",
                columns: table => new
                {
                    key_id = table.Column<long>(type: "bigint", nullable: false),
                    used_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_key_uses", x => x.key_id);
                });

            migrationBuilder.CreateTable(
                name: "known_devices",
                columns: table => new
                {
                    user_id = table.Column<long>(type: "bigint", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    seen_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_known_devices", x => new { x.user_id, x.hash });
                });

            migrationBuilder.CreateTable(
                name: "known_persons",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    mark = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    order_id = table.Column<long>(type: "bigint", nullable: false),
                    statement_id = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_known_persons", x => new { x.bucket, x.mark, x.order_id, x.statement_id });
                });

            migrationBuilder.CreateTable(
                name: "ledger_checks",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    transfer_no = table.Column<long>(type: "bigint", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    checked_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    finding = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ledger_checks", x => x.bucket);
                });

            migrationBuilder.CreateTable(
                name: "ledger_orders",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    template = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    wish = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    line = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    document = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    reason = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    made_by = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    decided_by = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    decided_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    value_date = table.Column<int>(type: "integer", nullable: false),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    transfer_no = table.Column<long>(type: "bigint", nullable: false),
                    outcome = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    arrived_by = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ledger_orders", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "list_file_parts",
                columns: table => new
                {
                    file_id = table.Column<long>(type: "bigint", nullable: false),
                    run = table.Column<int>(type: "integer", nullable: false),
                    no = table.Column<int>(type: "integer", nullable: false),
                    content = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_list_file_parts", x => new { x.file_id, x.run, x.no });
                });

            migrationBuilder.CreateTable(
                name: "list_files",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    user_id = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    address = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    merchants = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    language = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    zone = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    asked_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    run = table.Column<int>(type: "integer", nullable: false),
                    lease_until_ms = table.Column<long>(type: "bigint", nullable: false),
                    read_from_ms = table.Column<long>(type: "bigint", nullable: false),
                    ended_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    kept_until_ms = table.Column<long>(type: "bigint", nullable: false),
                    rows = table.Column<int>(type: "integer", nullable: false),
                    bytes = table.Column<long>(type: "bigint", nullable: false),
                    note = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_list_files", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "login_steps",
                columns: table => new
                {
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    realm = table.Column<short>(type: "smallint", nullable: false),
                    user_id = table.Column<long>(type: "bigint", nullable: false),
                    purpose = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    state = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ends_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_login_steps", x => x.hash);
                });

            migrationBuilder.CreateTable(
                name: "mails",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    recipient = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    kind = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    master_key_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    @sealed = table.Column<byte[]>(name: "sealed", type: "bytea", nullable: false),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    created_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    due_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    ends_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    tries = table.Column<int>(type: "integer", nullable: false),
                    lease_until_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_mails", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "memberships",
                columns: table => new
                {
                    user_id = table.Column<long>(type: "bigint", nullable: false),
                    business_id = table.Column<long>(type: "bigint", nullable: false),
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    role = table.Column<short>(type: "smallint", nullable: false),
                    added_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_memberships", x => new { x.user_id, x.business_id, x.merchant_no, x.role });
                });

            migrationBuilder.CreateTable(
                name: "merchant_brands",
                columns: table => new
                {
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    colour = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    support = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    logo = table.Column<byte[]>(type: "bytea", nullable: false),
                    logo_file = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_merchant_brands", x => x.merchant_no);
                });

            migrationBuilder.CreateTable(
                name: "merchant_documents",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    code = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    type = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    size = table.Column<int>(type: "integer", nullable: false),
                    @sealed = table.Column<byte[]>(name: "sealed", type: "bytea", nullable: false),
                    master_key_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    added_by = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    added_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_merchant_documents", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "merchant_keys",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    algorithm = table.Column<short>(type: "smallint", nullable: false),
                    @sealed = table.Column<byte[]>(name: "sealed", type: "bytea", nullable: false),
                    master_key_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    signs = table.Column<bool>(type: "boolean", nullable: false),
                    valid_from_ms = table.Column<long>(type: "bigint", nullable: false),
                    valid_to_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_merchant_keys", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "merchant_papers",
                columns: table => new
                {
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    code = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    note = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    decided_by = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    decided_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_merchant_papers", x => new { x.merchant_no, x.code });
                });

            migrationBuilder.CreateTable(
                name: "merchant_rules",
                columns: table => new
                {
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    direction = table.Column<short>(type: "smallint", nullable: false),
                    span = table.Column<short>(type: "smallint", nullable: false),
                    action = table.Column<short>(type: "smallint", nullable: false),
                    most_count = table.Column<int>(type: "integer", nullable: true),
                    most_minor = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_merchant_rules", x => new { x.merchant_no, x.direction, x.span, x.action });
                });

            migrationBuilder.CreateTable(
                name: "merchants",
                columns: table => new
                {
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    business_id = table.Column<long>(type: "bigint", nullable: false),
                    country = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    currency = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    pay_ins_open = table.Column<bool>(type: "boolean", nullable: false),
                    payouts_open = table.Column<bool>(type: "boolean", nullable: false),
                    open = table.Column<bool>(type: "boolean", nullable: false),
                    approved = table.Column<bool>(type: "boolean", nullable: false),
                    unpaid_pay_ins = table.Column<int>(type: "integer", nullable: true),
                    payouts_need_hmac = table.Column<bool>(type: "boolean", nullable: false),
                    pay_in_notify_url = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    payout_notify_url = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    created_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_merchants", x => x.merchant_no);
                });

            migrationBuilder.CreateTable(
                name: "month_balances",
                columns: table => new
                {
                    month = table.Column<int>(type: "integer", nullable: false),
                    account_id = table.Column<long>(type: "bigint", nullable: false),
                    opening_minor = table.Column<long>(type: "bigint", nullable: false),
                    closing_minor = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_month_balances", x => new { x.month, x.account_id });
                });

            migrationBuilder.CreateTable(
                name: "notices",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    text = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    countries = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ways = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    shown_from_ms = table.Column<long>(type: "bigint", nullable: false),
                    from_ms = table.Column<long>(type: "bigint", nullable: false),
                    to_ms = table.Column<long>(type: "bigint", nullable: false),
                    actor = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    mailed = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_notices", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "notification_attempts",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    order_id = table.Column<long>(type: "bigint", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    try_no = table.Column<short>(type: "smallint", nullable: false),
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    at_ms = table.Column<long>(type: "bigint", nullable: false),
                    duration_ms = table.Column<int>(type: "integer", nullable: false),
                    http_status = table.Column<short>(type: "smallint", nullable: false),
                    taken = table.Column<bool>(type: "boolean", nullable: false),
                    answer = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_notification_attempts", x => new { x.bucket, x.order_id, x.version, x.try_no });
                });

            migrationBuilder.CreateTable(
                name: "notifications",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    order_id = table.Column<long>(type: "bigint", nullable: false),
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    tries = table.Column<short>(type: "smallint", nullable: false),
                    due_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    lease_until_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_notifications", x => new { x.bucket, x.order_id });
                });

            migrationBuilder.CreateTable(
                name: "number_blocks",
                columns: table => new
                {
                    channel_account_id = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    block = table.Column<long>(type: "bigint", nullable: false),
                    taken_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    rests_until_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_number_blocks", x => new { x.channel_account_id, x.kind, x.bucket, x.block });
                });

            migrationBuilder.CreateTable(
                name: "number_spaces",
                columns: table => new
                {
                    channel_account_id = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    next_block = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_number_spaces", x => new { x.channel_account_id, x.kind, x.bucket });
                });

            migrationBuilder.CreateTable(
                name: "operator_answers",
                columns: table => new
                {
                    actor = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    request_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    status = table.Column<int>(type: "integer", nullable: false),
                    body = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_operator_answers", x => new { x.actor, x.key });
                });

            migrationBuilder.CreateTable(
                name: "operator_tokens",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    user_id = table.Column<long>(type: "bigint", nullable: false),
                    permissions = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    networks = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    created_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    ends_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    approved_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    revoked_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_operator_tokens", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "orders",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    id = table.Column<long>(type: "bigint", nullable: false),
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    sub_merchant = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    direction = table.Column<short>(type: "smallint", nullable: false),
                    trade_no = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    number = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    country = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    currency = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    way = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    channel_code = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    bank_code = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    amount_minor = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    exceptions = table.Column<short>(type: "smallint", nullable: false),
                    paid_minor = table.Column<long>(type: "bigint", nullable: false),
                    returned_minor = table.Column<long>(type: "bigint", nullable: false),
                    suspense_minor = table.Column<long>(type: "bigint", nullable: false),
                    fee_minor = table.Column<long>(type: "bigint", nullable: false),
                    tax_minor = table.Column<long>(type: "bigint", nullable: false),
                    withheld_minor = table.Column<long>(type: "bigint", nullable: false),
                    withheld_terms_id = table.Column<long>(type: "bigint", nullable: false),
                    terms_id = table.Column<long>(type: "bigint", nullable: false),
                    screened = table.Column<bool>(type: "boolean", nullable: false),
                    released_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    content_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    notify_url = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    return_url = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    remark = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    hosted = table.Column<bool>(type: "boolean", nullable: false),
                    has_page = table.Column<bool>(type: "boolean", nullable: false),
                    failure_code = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    message = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    utr = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    created_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    expires_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    success_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    timer_due_ms = table.Column<long>(type: "bigint", nullable: false),
                    event_count = table.Column<int>(type: "integer", nullable: false),
                    result_version = table.Column<int>(type: "integer", nullable: false),
                    attempt_count = table.Column<short>(type: "smallint", nullable: false),
                    way_given = table.Column<bool>(type: "boolean", nullable: false),
                    counted_limits = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    counted_payers = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    refund_of = table.Column<long>(type: "bigint", nullable: false),
                    receipt_key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    receipt_account_id = table.Column<long>(type: "bigint", nullable: false),
                    receipt_terms_id = table.Column<long>(type: "bigint", nullable: false),
                    taken_from = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    refunding_minor = table.Column<long>(type: "bigint", nullable: false),
                    disputed_minor = table.Column<long>(type: "bigint", nullable: false),
                    forgiven_minor = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_orders", x => new { x.bucket, x.id });
                });

            migrationBuilder.CreateTable(
                name: "payer_counts",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    payer = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    local_date = table.Column<int>(type: "integer", nullable: false),
                    begun = table.Column<int>(type: "integer", nullable: false),
                    paid = table.Column<int>(type: "integer", nullable: false),
                    begun_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_payer_counts", x => new { x.bucket, x.merchant_no, x.payer, x.local_date });
                });

            migrationBuilder.CreateTable(
                name: "payment_links",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    country = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    number = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    title = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    reusable = table.Column<bool>(type: "boolean", nullable: false),
                    amount_minor = table.Column<long>(type: "bigint", nullable: false),
                    least_minor = table.Column<long>(type: "bigint", nullable: false),
                    most_minor = table.Column<long>(type: "bigint", nullable: false),
                    ways = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    sub_merchant = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ends_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    made_by = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    made_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    closed_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    closed_by = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_payment_links", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "payout_batch_lines",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    batch_id = table.Column<long>(type: "bigint", nullable: false),
                    line = table.Column<int>(type: "integer", nullable: false),
                    trade_no = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    amount_minor = table.Column<long>(type: "bigint", nullable: false),
                    recipient = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    shown = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    master_key_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    @sealed = table.Column<byte[]>(name: "sealed", type: "bytea", nullable: false),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    fault = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    repeats = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    number = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_payout_batch_lines", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "payout_batches",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    hash = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    point = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    lines = table.Column<int>(type: "integer", nullable: false),
                    made_by_user_id = table.Column<long>(type: "bigint", nullable: false),
                    made_by = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    made_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    ends_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    by_two = table.Column<bool>(type: "boolean", nullable: false),
                    decided_by = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    decided_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    remark = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    lease_until_ms = table.Column<long>(type: "bigint", nullable: false),
                    ended_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_payout_batches", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "persons",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    order_id = table.Column<long>(type: "bigint", nullable: false),
                    master_key_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    @sealed = table.Column<byte[]>(name: "sealed", type: "bytea", nullable: false),
                    created_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    recipient = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_persons", x => new { x.bucket, x.order_id });
                });

            migrationBuilder.CreateTable(
                name: "proposal_secrets",
                columns: table => new
                {
                    proposal_id = table.Column<long>(type: "bigint", nullable: false),
                    master_key_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    @sealed = table.Column<byte[]>(name: "sealed", type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_proposal_secrets", x => x.proposal_id);
                });

            migrationBuilder.CreateTable(
                name: "proposals",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    kind = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    subject = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    business_id = table.Column<long>(type: "bigint", nullable: false),
                    change = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    against = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    reason = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    made_by_user_id = table.Column<long>(type: "bigint", nullable: false),
                    made_by = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    made_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    ends_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    alone_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    decided_by = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    decided_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    outcome = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_proposals", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "rail_movements",
                columns: table => new
                {
                    channel_account_id = table.Column<long>(type: "bigint", nullable: false),
                    direction = table.Column<short>(type: "smallint", nullable: false),
                    kind = table.Column<short>(type: "smallint", nullable: false),
                    dedupe_key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    statement_bucket = table.Column<short>(type: "smallint", nullable: false),
                    statement_id = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rail_movements", x => new { x.channel_account_id, x.direction, x.kind, x.dedupe_key });
                });

            migrationBuilder.CreateTable(
                name: "rail_statements",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    id = table.Column<long>(type: "bigint", nullable: false),
                    channel_account_id = table.Column<long>(type: "bigint", nullable: false),
                    direction = table.Column<short>(type: "smallint", nullable: false),
                    kind = table.Column<short>(type: "smallint", nullable: false),
                    source = table.Column<short>(type: "smallint", nullable: false),
                    outcome = table.Column<short>(type: "smallint", nullable: false),
                    order_id = table.Column<long>(type: "bigint", nullable: false),
                    crossed_to = table.Column<short>(type: "smallint", nullable: false),
                    times_taken_back = table.Column<short>(type: "smallint", nullable: false),
                    reference = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    dedupe_key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    amount_minor = table.Column<long>(type: "bigint", nullable: false),
                    currency = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    rail_reference = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    find_key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    reason = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    note = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    occurred_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    received_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    booked_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    transfer_no = table.Column<long>(type: "bigint", nullable: false),
                    returned_minor = table.Column<long>(type: "bigint", nullable: false),
                    body_id = table.Column<long>(type: "bigint", nullable: false),
                    sender_key_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    sender_sealed = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rail_statements", x => new { x.bucket, x.id });
                });

            migrationBuilder.CreateTable(
                name: "recovery_codes",
                columns: table => new
                {
                    user_id = table.Column<long>(type: "bigint", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    used_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_recovery_codes", x => new { x.user_id, x.hash });
                });

            migrationBuilder.CreateTable(
                name: "refund_limits",
                columns: table => new
                {
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    payment_minor = table.Column<long>(type: "bigint", nullable: true),
                    person_day_minor = table.Column<long>(type: "bigint", nullable: true),
                    by_api = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_refund_limits", x => x.merchant_no);
                });

            migrationBuilder.CreateTable(
                name: "refund_orders",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    trade_no = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    pay_in_number = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    refund_no = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    amount_minor = table.Column<long>(type: "bigint", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    made_by_user_id = table.Column<long>(type: "bigint", nullable: false),
                    made_by = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    approved_by = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    made_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    day = table.Column<int>(type: "integer", nullable: false),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    number = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    outcome = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_refund_orders", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "routing_rules",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    country = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    direction = table.Column<short>(type: "smallint", nullable: false),
                    way = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    minimum_minor = table.Column<long>(type: "bigint", nullable: false),
                    maximum_minor = table.Column<long>(type: "bigint", nullable: false),
                    accounts = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    priority = table.Column<int>(type: "integer", nullable: false),
                    open = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_routing_rules", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "rule_counts",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    person = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    recent = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    last_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rule_counts", x => new { x.bucket, x.merchant_no, x.person });
                });

            migrationBuilder.CreateTable(
                name: "sandbox_orders",
                columns: table => new
                {
                    account_id = table.Column<long>(type: "bigint", nullable: false),
                    direction = table.Column<short>(type: "smallint", nullable: false),
                    reference = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    amount_minor = table.Column<long>(type: "bigint", nullable: false),
                    currency = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    script = table.Column<short>(type: "smallint", nullable: false),
                    sends = table.Column<int>(type: "integer", nullable: false),
                    instruction_kind = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    instruction_value = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    alias_of = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    paid_reference = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    moved_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    balance_minor = table.Column<long>(type: "bigint", nullable: false),
                    created_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    last_step_no = table.Column<int>(type: "integer", nullable: false),
                    due_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    movements_json = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    agenda_json = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sandbox_orders", x => new { x.account_id, x.direction, x.reference });
                });

            migrationBuilder.CreateTable(
                name: "saved_views",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    user_id = table.Column<long>(type: "bigint", nullable: false),
                    list = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    query = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_saved_views", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "screenings",
                columns: table => new
                {
                    kind = table.Column<short>(type: "smallint", nullable: false),
                    id = table.Column<long>(type: "bigint", nullable: false),
                    verdict = table.Column<short>(type: "smallint", nullable: false),
                    reference = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_screenings", x => new { x.kind, x.id });
                });

            migrationBuilder.CreateTable(
                name: "sessions",
                columns: table => new
                {
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    id = table.Column<long>(type: "bigint", nullable: false),
                    realm = table.Column<short>(type: "smallint", nullable: false),
                    user_id = table.Column<long>(type: "bigint", nullable: false),
                    created_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    seen_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    ends_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    factor_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    address = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    device = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sessions", x => x.hash);
                });

            migrationBuilder.CreateTable(
                name: "settlement_dues",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    account_id = table.Column<long>(type: "bigint", nullable: false),
                    due_date = table.Column<int>(type: "integer", nullable: false),
                    amount_minor = table.Column<long>(type: "bigint", nullable: false),
                    settled_minor = table.Column<long>(type: "bigint", nullable: false),
                    run_count = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_settlement_dues", x => new { x.bucket, x.account_id, x.due_date });
                });

            migrationBuilder.CreateTable(
                name: "sign_in_failures",
                columns: table => new
                {
                    subject = table.Column<byte[]>(type: "bytea", nullable: false),
                    count = table.Column<int>(type: "integer", nullable: false),
                    since_ms = table.Column<long>(type: "bigint", nullable: false),
                    closed_until_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sign_in_failures", x => x.subject);
                });

            migrationBuilder.CreateTable(
                name: "stat_hours",
                columns: table => new
                {
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    slot_ms = table.Column<long>(type: "bigint", nullable: false),
                    direction = table.Column<short>(type: "smallint", nullable: false),
                    way = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    created = table.Column<int>(type: "integer", nullable: false),
                    paid = table.Column<int>(type: "integer", nullable: false),
                    failed = table.Column<int>(type: "integer", nullable: false),
                    held_minor = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_stat_hours", x => new { x.merchant_no, x.slot_ms, x.direction, x.way });
                });

            migrationBuilder.CreateTable(
                name: "stat_outcomes",
                columns: table => new
                {
                    slot_ms = table.Column<long>(type: "bigint", nullable: false),
                    country = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    channel_account_id = table.Column<long>(type: "bigint", nullable: false),
                    direction = table.Column<short>(type: "smallint", nullable: false),
                    way = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    code = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    text = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    order_count = table.Column<int>(type: "integer", nullable: false),
                    held_minor = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_stat_outcomes", x => new { x.slot_ms, x.country, x.channel_account_id, x.direction, x.way, x.state, x.code });
                });

            migrationBuilder.CreateTable(
                name: "stat_runs",
                columns: table => new
                {
                    span = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_stat_runs", x => x.span);
                });

            migrationBuilder.CreateTable(
                name: "statement_bodies",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    id = table.Column<long>(type: "bigint", nullable: false),
                    open = table.Column<bool>(type: "boolean", nullable: false),
                    master_key_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    @sealed = table.Column<byte[]>(name: "sealed", type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_statement_bodies", x => new { x.bucket, x.id });
                });

            migrationBuilder.CreateTable(
                name: "sub_merchants",
                columns: table => new
                {
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    sub_merchant = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    open = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sub_merchants", x => new { x.merchant_no, x.sub_merchant });
                });

            migrationBuilder.CreateTable(
                name: "terms",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    country = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    direction = table.Column<short>(type: "smallint", nullable: false),
                    way = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    valid_from_ms = table.Column<long>(type: "bigint", nullable: false),
                    basis_points = table.Column<int>(type: "integer", nullable: false),
                    fixed_minor = table.Column<long>(type: "bigint", nullable: false),
                    minimum_minor = table.Column<long>(type: "bigint", nullable: false),
                    maximum_minor = table.Column<long>(type: "bigint", nullable: false),
                    tax_basis_points = table.Column<int>(type: "integer", nullable: false),
                    settlement_days = table.Column<int>(type: "integer", nullable: false),
                    business_days = table.Column<bool>(type: "boolean", nullable: false),
                    returns_fee = table.Column<bool>(type: "boolean", nullable: false),
                    refund_basis_points = table.Column<int>(type: "integer", nullable: false),
                    refund_fixed_minor = table.Column<long>(type: "bigint", nullable: false),
                    reserve_basis_points = table.Column<int>(type: "integer", nullable: false),
                    reserve_days = table.Column<int>(type: "integer", nullable: false),
                    reserve_cap_minor = table.Column<long>(type: "bigint", nullable: false),
                    withholding_name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    withholding_basis_points = table.Column<int>(type: "integer", nullable: false),
                    dispute_fee_minor = table.Column<long>(type: "bigint", nullable: false),
                    actor = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    approver = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    added_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_terms", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "timers",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    due_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    order_id = table.Column<long>(type: "bigint", nullable: false),
                    channel_account_id = table.Column<long>(type: "bigint", nullable: false),
                    work = table.Column<short>(type: "smallint", nullable: false),
                    attempt_no = table.Column<short>(type: "smallint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_timers", x => new { x.bucket, x.due_at_ms, x.order_id });
                });

            migrationBuilder.CreateTable(
                name: "transfers",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    transfer_no = table.Column<long>(type: "bigint", nullable: false),
                    type = table.Column<short>(type: "smallint", nullable: false),
                    cause = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    order_id = table.Column<long>(type: "bigint", nullable: false),
                    once_key = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    booked_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_transfers", x => new { x.bucket, x.transfer_no });
                });

            migrationBuilder.CreateTable(
                name: "user_passkeys",
                columns: table => new
                {
                    credential_id = table.Column<byte[]>(type: "bytea", nullable: false),
                    user_id = table.Column<long>(type: "bigint", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    public_key = table.Column<byte[]>(type: "bytea", nullable: false),
                    sign_count = table.Column<long>(type: "bigint", nullable: false),
                    transports = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    is_backup_eligible = table.Column<bool>(type: "boolean", nullable: false),
                    is_backed_up = table.Column<bool>(type: "boolean", nullable: false),
                    created_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    used_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_user_passkeys", x => x.credential_id);
                });

            migrationBuilder.CreateTable(
                name: "users",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    realm = table.Column<short>(type: "smallint", nullable: false),
                    email = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    password_hash = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    totp_key_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    totp_sealed = table.Column<byte[]>(type: "bytea", nullable: false),
                    totp_last_step = table.Column<long>(type: "bigint", nullable: false),
                    raised_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    created_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    language = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    zone = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    theme = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_users", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "withdrawal_results",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    order_id = table.Column<long>(type: "bigint", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_withdrawal_results", x => new { x.bucket, x.order_id, x.version });
                });

            migrationBuilder.CreateTable(
                name: "withdrawal_schedules",
                columns: table => new
                {
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    destination_id = table.Column<long>(type: "bigint", nullable: false),
                    weekday = table.Column<short>(type: "smallint", nullable: false),
                    minimum_minor = table.Column<long>(type: "bigint", nullable: false),
                    stays_minor = table.Column<long>(type: "bigint", nullable: false),
                    last_day = table.Column<int>(type: "integer", nullable: false),
                    made_by_user_id = table.Column<long>(type: "bigint", nullable: false),
                    made_by = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_withdrawal_schedules", x => x.merchant_no);
                });

            migrationBuilder.CreateTable(
                name: "withdrawals",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    destination_id = table.Column<long>(type: "bigint", nullable: false),
                    currency = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    amount_minor = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    wants = table.Column<short>(type: "smallint", nullable: false),
                    made_by = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    made_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    schedule_day = table.Column<int>(type: "integer", nullable: false),
                    bank_account_id = table.Column<long>(type: "bigint", nullable: false),
                    reference = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    return_reference = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    decided_by = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    decided_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    outcome = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    channel_account_id = table.Column<long>(type: "bigint", nullable: false),
                    bank_code = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    order_number = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_withdrawals", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "withholdings",
                columns: table => new
                {
                    bucket = table.Column<short>(type: "smallint", nullable: false),
                    transfer_no = table.Column<long>(type: "bigint", nullable: false),
                    merchant_no = table.Column<long>(type: "bigint", nullable: false),
                    order_id = table.Column<long>(type: "bigint", nullable: false),
                    terms_id = table.Column<long>(type: "bigint", nullable: false),
                    value_date = table.Column<int>(type: "integer", nullable: false),
                    gross_minor = table.Column<long>(type: "bigint", nullable: false),
                    withheld_minor = table.Column<long>(type: "bigint", nullable: false)
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
                name: "IX_cases_severity_opened_at_ms_kind_channel_account_id_currenc~",
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
