using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Paypro.Server.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class NotificationsByTime : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "IX_notifications_due_at_ms",
                table: "notifications",
                column: "due_at_ms");
            BalancesFromEntries.Up(migrationBuilder);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            BalancesFromEntries.Down(migrationBuilder);
            migrationBuilder.DropIndex(
                name: "IX_notifications_due_at_ms",
                table: "notifications");
        }
    }
}
