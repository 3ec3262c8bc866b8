using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Cases;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Access;

namespace Paypro.ServerTests.Cases;

/// <summary>A case for the example of each call of the operator API that is about one.</summary>
internal static class CaseExamples
{
    /// <summary>As the examples name it.</summary>
    private const string Number = "abcdefghij012345", WronglyAssigned = "abcdefghij012346", AssignedKey = "example-3";

    public static async Task AddAsync(PortalHost host, long merchantNo)
    {
        var (writer, ids) = (host.The<BatchWriter>(), host.The<IdSource>());
        var first = new OrderRow
        {
            Bucket = OrderNumber.BucketOf(Number)!.Value, Id = ids.Next(), MerchantNo = merchantNo, Direction = Direction.PayIn, Number = Number, TradeNo = "first", Country = "BR", Currency = "BRL", AmountMinor = 100,
            State = OrderState.Pending, ExpiresAtMs = long.MaxValue, CreatedAtMs = 1, ContentHash = [1],
        };
        await writer.WriteAsync(new StoreAttempted(first, null));
        await writer.WriteAsync(new RaiseCase(Case(first, CaseKind.UnansweredExpiry)));
        var payout = first with { Id = ids.Next(), Direction = Direction.Payout, Number = OrderNumber.Make(first.Bucket, host.The<IRandomness>()), TradeNo = "unknown" };
        await writer.WriteAsync(new StoreAttempted(payout, new AttemptRow { Bucket = payout.Bucket, OrderId = payout.Id, AttemptNo = 1, ChannelAccountId = 7, Direction = Direction.Payout, Reference = "unknown", State = AttemptState.Unknown, SentAtMs = 1 }));
        await writer.WriteAsync(new RaiseCase(Case(payout, CaseKind.UnknownOutcome)));
        var underpaid = first with { Id = ids.Next(), Number = OrderNumber.Make(first.Bucket, host.The<IRandomness>()), TradeNo = "underpaid", SuspenseMinor = 40 };
        await writer.WriteAsync(new StoreAttempted(underpaid, null));
        await writer.WriteAsync(new RaiseCase(Case(underpaid, CaseKind.Underpaid) with { AmountMinor = 40 }));
        var held = payout with { Id = ids.Next(), Number = OrderNumber.Make(first.Bucket, host.The<IRandomness>()), TradeNo = "held" };
        await writer.WriteAsync(new StoreAttempted(held, new AttemptRow { Bucket = held.Bucket, OrderId = held.Id, AttemptNo = 1, ChannelAccountId = 7, Direction = Direction.Payout, Reference = "held", State = AttemptState.Held }));
        await writer.WriteAsync(new RaiseCase(Case(held, CaseKind.HeldPayout)));
        var said = new Observation { Kind = ObservationKind.Paid, Direction = Direction.PayIn, Reference = "nobody", AmountMinor = 50, Currency = first.Currency, DedupeKey = "example-1", RailReference = "example-1" };
        await writer.WriteAsync(new BookSuspense((first.Bucket, 7), new Statement(said, StatementSource.Callback, ids.Next(), 1), null, default, 20260305, 1));
        await writer.WriteAsync(new BookSuspense((first.Bucket, 7), new Statement(said with { DedupeKey = "example-2" }, StatementSource.Callback, ids.Next(), 1), null, default, 20260305, 1) { Problem = "an amount that cannot be" });
        await AddAssignedAsync(host, first with { Id = ids.Next(), Number = WronglyAssigned, TradeNo = "assigned" }, said with { DedupeKey = AssignedKey });
    }

    /// <summary>Money that was assigned to the order of the example.</summary>
    private static async Task AddAssignedAsync(PortalHost host, OrderRow order, Observation said)
    {
        var (writer, ids) = (host.The<BatchWriter>(), host.The<IdSource>());
        await writer.WriteAsync(new StoreAttempted(order, null));
        await writer.WriteAsync(new BookSuspense((order.Bucket, 7), new Statement(said, StatementSource.Callback, ids.Next(), 1), null, default, 20260305, 1));
        Assert.Equal(AssignResult.Assigned, await host.The<AssignSuspense>().AssignAsync(7, said.DedupeKey, order.Number, "operator:1", CancellationToken.None));
    }

    /// <summary>The case that an operation's example is about; 0 while there is none.</summary>
    public static Task<long> IdOfAsync(PortalHost host, string operation)
    {
        var kind = operation switch
        {
            "expirePayIn" => CaseKind.UnansweredExpiry,
            "decideStatement" => CaseKind.RefusedStatement,
            "assignSuspense" or "returnSuspense" => CaseKind.Suspense,
            "settleUnderpaid" => CaseKind.Underpaid,
            "decideHeld" => CaseKind.HeldPayout,
            _ => CaseKind.UnknownOutcome,
        };
        if (operation == "takeSuspenseBack")
        {
            return host.ReadAsync(c => c.Cases.Where(x => x.Kind == CaseKind.Suspense && c.Statements.Any(s => s.Bucket == x.Bucket && s.Id == x.StatementId && s.DedupeKey == AssignedKey)).Select(x => x.Id).FirstOrDefaultAsync());
        }

        return host.ReadAsync(c => c.Cases.Where(x => x.Kind == kind && x.State == CaseState.Open).Select(x => x.Id).FirstOrDefaultAsync());
    }

    private static CaseRow Case(OrderRow order, string kind) => new()
    {
        Bucket = order.Bucket, Kind = kind, Subject = order.Number, Severity = CaseSeverity.Today, OrderId = order.Id, AmountMinor = order.AmountMinor, Currency = order.Currency, Text = "An example.",
    };
}

internal sealed class StoreAttempted(OrderRow order, AttemptRow? attempt, PersonRow? person = null) : WriteCommand<bool>
{
    public override short Bucket => order.Bucket;

    public override void Declare(Needs needs) => needs.Orders.Add(order.Key);

    protected override bool Decide(BatchState state)
    {
        state.Orders.Insert(order.Key, order);
        if (attempt is not null)
        {
            state.Attempts.Insert(attempt.Key, attempt);
        }

        if (person is not null)
        {
            state.Persons.Insert(person.Key, person);
        }

        return true;
    }
}
