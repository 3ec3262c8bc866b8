using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>Stores by what persons can be found.</summary>
internal static class FoundBy
{
    /// <param name="state">The batch.</param>
    /// <param name="order">The person's order; its id is 0 for whoever money came from.</param>
    /// <param name="marks">What he is known by (<see cref="Merchants.PersonMarks.FoundBy"/>).</param>
    /// <param name="statementId">The statement of the money that came from him; 0 for an order's person.</param>
    public static void CanBeFoundBy(this BatchState state, OrderKey order, IReadOnlyList<string> marks, long statementId = 0)
    {
        foreach (var mark in marks)
        {
            var row = new KnownPersonRow { Bucket = order.Bucket, Mark = mark, OrderId = order.Id, StatementId = statementId };
            state.KnownPersons.Write(row.Key, row);
        }
    }
}
