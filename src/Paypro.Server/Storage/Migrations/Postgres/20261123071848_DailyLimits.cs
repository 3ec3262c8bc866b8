using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Paypro.Server.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class DailyLimits : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "counted_in",
                table: "orders",
                type: "text",
                nullable: false,
                defaultValue: "",
                collation: "C");

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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "daily_limits");

            migrationBuilder.DropTable(
                name: "daily_totals");

            migrationBuilder.DropColumn(
                name: "counted_in",
                table: "orders");
        }
    }
}
