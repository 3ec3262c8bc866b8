using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Paypro.Channels;
using Paypro.Server;
using Paypro.Server.Demo;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Demo;

/// <summary>A small demo: the books are right, everything that is promised occurs, and nothing lies outside its time.</summary>
public sealed class DemoHistoryTests
{
    private const long DayMs = 86_400_000;

    private static readonly DemoPlan Small = new(3,
    [
        new("Market A", "MX", 120, 1, 1, 0.4, DemoTraits.NewTerms | DemoTraits.FailingReceiver),
        new("Courier B", "KE", 120, 1, 1, 0.4, DemoTraits.Limited | DemoTraits.Stopped),
    ])
    {
        // Five or more of the rarest that is asked for: what lies close together is done at once, and its order is not the seed's.
        Seed = 39,
    };

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task HistoryIsWholeAndRight(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var clock = engine == Engine.Postgres ? await DatabaseClock.OfAsync(database) : null;

        // A Wednesday: what comes of the chance depends on the days of the week, and a shop has fewer payers on a Sunday.
        var endMs = new DateTimeOffset(2026, 11, 25, 15, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        var maker = DemoMaker.Until(Small, endMs);
        await using var app = Application.Build(
            [
                "--Paypro:Sandbox=true", "--Paypro:Demo=true", "--Paypro:PublicUrl=http://localhost:5080", "--Paypro:Metrics=off",
                .. database.Settings.Select(s => $"--{s.Key.Replace("__", ":", StringComparison.Ordinal)}={s.Value}"),
            ],
            services =>
            {
                services.AddLogging(logging => logging.ClearProviders());
                maker.Replace(services);
            });
        var days = new List<int>();
        if (clock is not null)
        {
            await clock.SetAsync(maker.StartMs - DayMs);
        }

        await app.Services.GetRequiredService<Start>().PrepareAsync(CancellationToken.None);
        await maker.RunAsync(app.Services, days.Add, clock is null ? null : clock.SetAsync);

        Assert.Equal([1, 2, 3], days);
        await using var context = app.Services.GetRequiredService<IContexts>().Create();
        await AssertBooksAsync(context);
        await AssertOrdersAsync(context);
        await AssertPeopleAsync(context);
        await AssertTimesAsync(context, maker.StartMs, endMs);
        Assert.All(app.Services.GetRequiredService<DemoOrders>().Refusals.Keys, sentence => Assert.True(
            sentence.Contains("today", StringComparison.Ordinal) || sentence.Contains("balance", StringComparison.Ordinal) || sentence.Contains("refund", StringComparison.Ordinal)
            || sentence.Contains("takes no", StringComparison.Ordinal), sentence));

        // A second history in the same database would mix with the first.
        await Assert.ThrowsAsync<InvalidOperationException>(() => maker.RunAsync(app.Services, days.Add));
    }

    private static async Task AssertBooksAsync(PayproContext context)
    {
        Assert.Equal(0, await context.Entries.SumAsync(e => e.AmountMinor));
        var checks = await context.LedgerChecks.ToListAsync();
        Assert.NotEmpty(checks);
        Assert.All(checks, check => Assert.Equal("", check.Finding));

        // All of it was looked at: the check of each bucket ends where its chain ends.
        var lasts = await context.Transfers.GroupBy(t => t.Bucket).Select(g => new { Bucket = g.Key, Last = g.Max(t => t.TransferNo) }).ToDictionaryAsync(g => g.Bucket, g => g.Last);
        Assert.Equal(lasts.OrderBy(l => l.Key), checks.Where(c => c.TransferNo > 0).ToDictionary(c => c.Bucket, c => c.TransferNo).OrderBy(c => c.Key));
        Assert.DoesNotContain(await context.Cases.Select(c => c.Kind).Distinct().ToListAsync(), kind => kind is "ledger" or "audit" or "settlement" or "no-channel" or "unsendable");
    }

    private static async Task AssertOrdersAsync(PayproContext context)
    {
        var orders = await context.Orders.ToListAsync();
        Assert.Superset(
            new HashSet<OrderState> { OrderState.Paid, OrderState.PartlyPaid, OrderState.Failed, OrderState.Expired },
            orders.Where(o => o.Direction == Direction.PayIn).Select(o => o.State).ToHashSet());
        Assert.Superset(
            new HashSet<OrderState> { OrderState.Paid, OrderState.Failed },
            orders.Where(o => o.Direction == Direction.Payout).Select(o => o.State).ToHashSet());
        Assert.Contains(orders, o => o is { Direction: Direction.Refund, State: OrderState.Paid });
        Assert.Contains(orders, o => o.Exceptions != OrderExceptions.None);
        Assert.Equal(["mpesa", "store", "va"], orders.Where(o => o.Direction == Direction.PayIn).Select(o => o.Way).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(["", "CLABE", "DebitCard"], orders.Where(o => o.Direction == Direction.Payout).Select(o => o.Way).Distinct().Order(StringComparer.Ordinal));

        var types = await context.Transfers.Select(t => t.Type).Distinct().ToListAsync();
        Assert.Superset(
            new HashSet<TransferType> { TransferType.PayInReceipt, TransferType.PayoutReserve, TransferType.PayoutPost, TransferType.PayoutVoid, TransferType.Settlement, TransferType.RefundPost, TransferType.SuspenseReceipt },
            types.ToHashSet());

        var told = await context.NotificationAttempts.Select(a => new { a.Taken, a.HttpStatus }).Distinct().ToListAsync();
        Assert.Contains(told, t => t is { Taken: true, HttpStatus: 200 });
        Assert.Contains(told, t => t is { Taken: false, HttpStatus: 500 });
        Assert.Contains(told, t => t is { Taken: false, HttpStatus: 0 });
        Assert.NotEmpty(await context.SandboxOrders.ToListAsync());
    }

    private static async Task AssertPeopleAsync(PayproContext context)
    {
        Assert.Equal(10, await context.Memberships.Join(context.Users.Where(u => u.State == UserState.Active), m => m.UserId, u => u.Id, (m, _) => m.Role).Distinct().CountAsync());
        Assert.Superset(
            new HashSet<ProposalState> { ProposalState.Open, ProposalState.CarriedOut, ProposalState.Refused, ProposalState.Ended },
            (await context.Proposals.Select(p => p.State).Distinct().ToListAsync()).ToHashSet());
        var actions = (await context.Audit.Select(a => a.Action).Distinct().ToListAsync()).ToHashSet();
        Assert.Superset(new HashSet<string> { "merchant.create", "merchant.stop", "terms.add", "proposal.take-back", "proposal.refuse", "key.make", "key.reveal", "session.begin-in-demo" }, actions);
        Assert.True(await context.Terms.GroupBy(t => new { t.MerchantNo, t.Direction }).AnyAsync(g => g.Key.MerchantNo > 2_000_000_000 && g.Count() > 1));
        Assert.NotEmpty(await context.DailyLimits.ToListAsync());
        Assert.Contains(await context.Merchants.ToListAsync(), m => !m.PayInsOpen);
    }

    private static async Task AssertTimesAsync(PayproContext context, long startMs, long endMs)
    {
        Assert.InRange(await context.Orders.MinAsync(o => o.CreatedAtMs), startMs, startMs + DayMs);
        Assert.InRange(await context.Orders.MaxAsync(o => o.CreatedAtMs), endMs - DayMs, endMs);
        Assert.InRange(await context.Orders.MaxAsync(o => o.SuccessAtMs), endMs - DayMs, endMs);
        Assert.InRange(await context.Events.MaxAsync(e => e.AtMs), endMs - DayMs, endMs);
        Assert.InRange(await context.Transfers.MaxAsync(t => t.BookedAtMs), endMs - DayMs, endMs);
        Assert.InRange(await context.NotificationAttempts.MaxAsync(a => a.AtMs), endMs - DayMs, endMs);
        Assert.InRange(await context.Audit.MaxAsync(a => a.AtMs), endMs - DayMs, endMs);

        // Ids are made of times too, and lists go by them.
        Assert.All(await context.Orders.Select(o => new { o.Id, o.CreatedAtMs }).ToListAsync(), o => Assert.InRange(IdSource.TimeOf(o.Id), o.CreatedAtMs - 60_000, o.CreatedAtMs + 60_000));
    }

    /// <summary>
    /// The core asks PostgreSQL for the time, so its clock has to be the history's: a function of the same name stands before the built-in one.
    /// </summary>
    private sealed class DatabaseClock(NpgsqlConnection connection) : IAsyncDisposable
    {
        public static async Task<DatabaseClock> OfAsync(TestDatabase database)
        {
            var connection = new NpgsqlConnection(database.ConnectionString);
            await connection.OpenAsync();
            var clock = new DatabaseClock(connection);
            await clock.RunAsync(
                $"""
                ALTER DATABASE "{connection.Database}" SET search_path = public, pg_catalog;
                SET synchronous_commit = off;
                CREATE TABLE history_clock (now_ms bigint NOT NULL);
                INSERT INTO history_clock VALUES (0);
                CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS 'SELECT to_timestamp(now_ms / 1000.0) FROM public.history_clock';
                """);
            return clock;
        }

        public Task SetAsync(long nowMs) => RunAsync(string.Create(CultureInfo.InvariantCulture, $"UPDATE history_clock SET now_ms = {nowMs}"));

        public ValueTask DisposeAsync() => connection.DisposeAsync();

        private async Task RunAsync(string text)
        {
            await using var command = new NpgsqlCommand(text, connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}
