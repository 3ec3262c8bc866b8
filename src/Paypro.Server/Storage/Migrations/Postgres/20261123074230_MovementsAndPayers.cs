using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Paypro.Server.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class MovementsAndPayers : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
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
                name: "rail_movements",
                columns: table => new
                {
                    channel_account_id = table.Column<long>(type: "bigint", nullable: false),
                    direction = table.Column<short>(type: "smallint", nullable: false),
                    kind = table.Column<short>(type: "smallint", nullable: false),
                    dedupe_key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    bucket = table.Column<short>(type: "smallint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rail_movements", x => new { x.channel_account_id, x.direction, x.kind, x.dedupe_key });
                });

            // What is booked already keeps its bucket; where two buckets had booked one movement, the first has it.
            foreach (var (table, kind) in new[] { ("receipts", 1), ("returns", 2) })
            {
                migrationBuilder.Sql(
                    $"INSERT INTO rail_movements (channel_account_id, direction, kind, dedupe_key, bucket) " +
                    $"SELECT channel_account_id, direction, {kind}, dedupe_key, bucket FROM {table} WHERE true ORDER BY booked_at_ms ON CONFLICT DO NOTHING");
            }
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "payer_counts");

            migrationBuilder.DropTable(
                name: "rail_movements");
        }
    }
}
