using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Paypro.Server.Storage.Migrations.Sqlite
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
                type: "TEXT",
                nullable: false,
                defaultValue: "");

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
