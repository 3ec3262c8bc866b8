using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Paypro.Server.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class AttemptTerms : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "way_given",
                table: "orders",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "terms",
                table: "attempts",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            // What was inferred until now, for orders that a payer may still open.
            migrationBuilder.Sql("""
                UPDATE orders SET way_given = (1 = 1) WHERE state = 1 AND page_token <> '' AND EXISTS (SELECT 1 FROM attempts a
                WHERE a.bucket = orders.bucket AND a.order_id = orders.id AND a.attempt_no = 1 AND a.created_at_ms = orders.created_at_ms)
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "way_given",
                table: "orders");

            migrationBuilder.DropColumn(
                name: "terms",
                table: "attempts");
        }
    }
}
