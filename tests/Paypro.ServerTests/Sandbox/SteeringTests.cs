using Microsoft.EntityFrameworkCore;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Sandbox;

/// <summary>Every steering amount of a payout from end to end: clock, channel, simulated bank, signed callback, ledger.</summary>
public sealed class SteeringTests
{
    private const long Opening = 100_000_000;

    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task EveryEndingOfAPayoutDoesWhatItsSentenceSays(Engine engine)
    {
        await using var host = await SandboxHost.StartAsync(engine);
        var numbers = new Dictionary<int, string>();
        foreach (var ending in (int[])[0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
        {
            numbers[ending] = (await host.PayoutAsync(100 + ending, $"steer-{ending}")).Number;
        }

        // 00 plain success, 01 fails later, 03 told twice, 04 declined at once, 08 forged first: all by callback.
        foreach (var (ending, state) in new[]
                 {
                     (0, OrderState.Paid), (1, OrderState.Failed), (2, OrderState.Paid), (3, OrderState.Paid), (4, OrderState.Failed),
                     (5, OrderState.Returned), (8, OrderState.Paid),
                 })
        {
            var order = await host.UntilAsync(numbers[ending], o => o.State == state);
            Assert.True(state == order.State, $"{ending:00} is {order.State}");
        }

        // 02: no callback ever came; asking found it.
        Assert.Equal(["query"], await CausesAsync(host, numbers[2], EventType.Paid));
        Assert.Equal(["callback"], await CausesAsync(host, numbers[0], EventType.Paid));

        // 03: told twice, booked once. 08: the forgery moved nothing and was refused.
        Assert.Equal(1, await host.ReadAsync(c => c.Receipts.CountAsync(r => r.AmountMinor == 103_00)));
        Assert.Equal(1, await host.ReadAsync(c => c.Receipts.CountAsync(r => r.AmountMinor == 108_00)));
        Assert.Equal(0, await host.ReadAsync(c => c.Receipts.CountAsync(r => r.RailReference.StartsWith("FORGED"))));
        Assert.Contains("refused with 401", host.Log.Text, StringComparison.Ordinal);

        // 06, 07, 09 are still unknown, and unknown is processing. Time passes: 09 is told late, 07 was never there, 06 becomes a case.
        foreach (var ending in (int[])[6, 7])
        {
            Assert.Equal(OrderState.Pending, (await host.OrderAsync(numbers[ending])).State);
        }

        host.Time.Pass(TimeSpan.FromSeconds(165));
        var late = await host.UntilAsync(numbers[9], o => o.State == OrderState.Paid);
        var neverArrived = await host.UntilAsync(numbers[7], o => o.State == OrderState.Failed);
        var neverAnswers = await host.UntilAsync(numbers[6], o => o.Exceptions.HasFlag(OrderExceptions.NeedsPerson));
        Assert.Equal(OrderState.Paid, late.State);
        Assert.Equal(OrderState.Failed, neverArrived.State);
        Assert.Equal(OrderState.Pending, neverAnswers.State);
        Assert.Equal(numbers[6], await host.ReadAsync(c => c.Cases.Where(a => a.Kind == "unknown-outcome").Select(a => a.Subject).SingleAsync()));

        // Each was sent once at most, and the money adds up: 00, 02, 03, 08 and 09 left, 06 is reserved.
        foreach (var (ending, number) in numbers)
        {
            Assert.Equal(ending == 7 ? 0 : 1, (await host.BankAsync(number)).GetProperty("sends").GetInt32());
        }

        Assert.Equal(106_00, await host.BalanceAsync(AccountKind.Frozen));
        Assert.Equal(Opening - ((100 + 102 + 103 + 106 + 108 + 109) * 100), await host.BalanceAsync(AccountKind.Available));
    }

    private static Task<List<string>> CausesAsync(SandboxHost host, string number, EventType type) => host.ReadAsync(c =>
        (from order in c.Orders
         join happened in c.Events on new { order.Bucket, Id = order.Id } equals new { happened.Bucket, Id = happened.OrderId }
         where order.Number == number && happened.Type == type
         select happened.Cause).ToListAsync());
}
