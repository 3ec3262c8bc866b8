using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Paypro.Server.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    [DbContext(typeof(SqlitePayproContext))]
    [Migration("20261128190000_MarksOfBatches")]
    public partial class MarksOfBatches : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "mark",
                table: "batches",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "mark",
                table: "batches");
        }
    }
}
