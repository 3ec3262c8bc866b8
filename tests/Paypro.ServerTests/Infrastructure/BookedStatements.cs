using Paypro.Channels;
using Paypro.Server.Storage;

namespace Paypro.ServerTests.Infrastructure;

/// <summary>The statements whose money is booked, by what they say.</summary>
internal static class BookedStatements
{
    extension(PayproContext context)
    {
        /// <summary>Money that came (pay-ins) or left (payouts).</summary>
        public IQueryable<StatementRow> Receipts => context.Statements.Where(s => s.Kind == ObservationKind.Paid && s.BookedAtMs != 0);

        /// <summary>Money that went back.</summary>
        public IQueryable<StatementRow> Returns => context.Statements.Where(s => s.Kind == ObservationKind.Returned && s.BookedAtMs != 0);
    }
}
