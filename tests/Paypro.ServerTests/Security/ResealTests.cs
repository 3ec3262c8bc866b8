using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Mail;
using Paypro.Server.Merchants;
using Paypro.Server.Operator.CaseWork;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Rails;
using Paypro.Server.Statements;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Platform;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Security;

/// <summary>A master key that has leaked can go: everything is sealed anew, and nothing depends on the old line.</summary>
public sealed class ResealTests
{
    private const string PayIn = "/v1/paypro/payInApi";

    /// <summary>Every column that names a master key.</summary>
    private static readonly (string Table, string Column)[] Sealed =
    [
        ("merchant_keys", "master_key_id"), ("channel_secrets", "master_key_id"), ("channel_tokens", "master_key_id"), ("installation_secrets", "master_key_id"),
        ("persons", "master_key_id"), ("rail_statements", "sender_key_id"), ("statement_bodies", "master_key_id"), ("users", "totp_key_id"), ("mails", "master_key_id"),
        ("proposal_secrets", "master_key_id"),
        ("evidence_files", "master_key_id"), ("payout_batch_lines", "master_key_id"),
    ];

    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AnOldKeyMayGoWhenEverythingIsSealedAnew(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        using var key = new MasterKeyFile();
        string number, payout, voucher;
        await using (var host = await StartAsync(engine, database, key))
        {
            (number, voucher) = await FillAsync(host);
            payout = (await host.PayoutAsync(50, "out")).Number;
        }

        foreach (var column in Sealed)
        {
            Assert.True(await CountAsync(database, column, "k1") > 0, $"Nothing is sealed in {column}.");
        }

        MasterKeyFile.Renew(key.Path);
        var first = await ResealAsync(database, key);
        Assert.True(first.Code == 0, first.Output);
        Assert.Contains("rows with master key 'k2'", first.Output, StringComparison.Ordinal);
        Assert.Contains("take the other lines away", first.Output, StringComparison.Ordinal);
        foreach (var column in Sealed)
        {
            Assert.Equal(0, await CountAsync(database, column, "k1"));
            Assert.True(await CountAsync(database, column, "k2") > 0);
        }

        Assert.Contains("Resealed 0 rows", (await ResealAsync(database, key)).Output, StringComparison.Ordinal);

        // The old line goes, and all is as before: keys, persons, tokens, what recognises an order, addresses that were given out.
        var lines = await File.ReadAllLinesAsync(key.Path);
        await File.WriteAllLinesAsync(key.Path, lines[..1]);
        await using var after = await StartAsync(engine, database, key);
        var again = await SignedClient.Mexico(after.Http).PostAsync(PayIn, Body("before"));
        Assert.Equal("0000", again.Code);
        Assert.Equal(number, (await after.ReadAsync(c => c.Orders.SingleAsync(o => o.TradeNo == "before"))).Number);
        Assert.Equal("8000", (await SignedClient.Mexico(after.Http).PostAsync(PayIn, [.. Body("before").Select(b => b.Name == "amount" ? (b.Name, (object?)"301") : b)])).Code);
        Assert.NotNull(after.Get<VoucherAddress>().Read(voucher[(voucher.LastIndexOf('/') + 1)..]));
        var order = await after.OrderAsync(payout);
        var person = await after.Get<OrderQueries>().PersonAsync(order.Key, CancellationToken.None);
        Assert.Equal("4111111111111111", after.Get<People>().Open(person!).Account);
        var token = await after.Get<ChannelTokens>().Of(101).GetAsync("test", _ => throw new InvalidOperationException("It is there."), CancellationToken.None);
        Assert.Equal("a token", token!.Value);
        var receipt = await after.ReadAsync(async c => (await c.Statements.ToListAsync()).First(s => s.SenderSealed.Length > 0));
        Assert.NotNull(after.Get<Senders>().Open(receipt));
    }

    /// <summary>Nodes serve meanwhile: what they write is sealed with the first line, and nothing of theirs is written over.</summary>
    [Fact]
    public async Task ItRunsBesideANodeThatServes()
    {
        await using var database = await TestDatabase.CreateAsync(Engine.Postgres);
        using var key = new MasterKeyFile();
        await using (var before = await StartAsync(Engine.Postgres, database, key))
        {
            await FillAsync(before);
            for (var i = 0; i < 50; i++)
            {
                await before.PayoutAsync(50, string.Create(CultureInfo.InvariantCulture, $"before-{i}"));
            }
        }

        MasterKeyFile.Renew(key.Path);
        await using var node = await StartAsync(Engine.Postgres, database, key);
        using var stop = new CancellationTokenSource();
        var sent = 0;
        var load = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                // A batch that had to run twice says that it knows the order: it is stored once all the same, which is counted below.
                var result = await node.TryPayoutAsync(50, string.Create(CultureInfo.InvariantCulture, $"meanwhile-{sent++}"));
                Assert.True(result is CreateResult.Created or CreateResult.Known, $"The payout was answered with {result}.");
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
            }
        });
        var exit = await ResealAsync(database, key);
        await stop.CancelAsync();
        await load;
        Assert.True(exit.Code == 0, exit.Output);
        Assert.True(sent > 0);
        foreach (var column in Sealed)
        {
            Assert.Equal(0, await CountAsync(database, column, "k1"));
        }

        var orders = await node.ReadAsync(c => c.Orders.Where(o => o.TradeNo.StartsWith("meanwhile-") || o.TradeNo.StartsWith("before-")).ToListAsync());
        Assert.Equal(sent + 50, orders.Count);
        foreach (var order in orders)
        {
            Assert.Equal("4111111111111111", node.Get<People>().Open((await node.Get<OrderQueries>().PersonAsync(order.Key, CancellationToken.None))!).Account);
        }
    }

    /// <summary>A row that was moved or belongs to a key that is lost is told and left, and holds nothing up.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatDoesNotOpenIsLeftAsItIs(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        using var key = new MasterKeyFile();
        await using (var host = await StartAsync(engine, database, key))
        {
            await host.Get<ConfigStore>().SaveAsync(async context =>
                (await context.MerchantKeys.FirstAsync(k => k.MerchantNo == 1000000002)).MasterKeyId = "lost");
        }

        MasterKeyFile.Renew(key.Path);
        var exit = await ResealAsync(database, key);
        Assert.True(exit.Code == 0, exit.Output);
        Assert.Contains("1 rows open with no key of the file", exit.Output, StringComparison.Ordinal);
        Assert.Equal((1, 0), (await CountAsync(database, Sealed[0], "lost"), await CountAsync(database, Sealed[0], "k1")));
    }

    private static Task<SandboxHost> StartAsync(Engine engine, TestDatabase database, MasterKeyFile key) =>
        SandboxHost.StartAsync(engine, database, $"--Paypro:MasterKeyFile={key.Path}");

    private static Task<ServerExit> ResealAsync(TestDatabase database, MasterKeyFile key) => ServerProcess.RunToExitAsync(new ServerStart
    {
        Database = database, Environment = new Dictionary<string, string> { ["Paypro__MasterKeyFile"] = key.Path }, Arguments = ["--reseal"], ReadyWithin = TimeSpan.FromMinutes(3),
    });

    private static (string Name, object? Value)[] Body(string tradeNo) =>
        [("tradeNo", tradeNo), ("amount", "300"), ("wayCode", "va"), ("notifyUrl", "http://127.0.0.1:9/n"), ("payer", "Ana Canary")];

    /// <summary>Something in every sealed column.</summary>
    private static async Task<(string Number, string Voucher)> FillAsync(SandboxHost host)
    {
        var created = await SignedClient.Mexico(host.Http).PostAsync(PayIn, Body("before"));
        Assert.Equal("0000", created.Code);
        var order = await host.ReadAsync(c => c.Orders.SingleAsync(o => o.TradeNo == "before"));
        var (status, _) = await host.SandboxAsync($"/sandbox/payins/{order.Number}", """{"action":"pay","amount":"300"}""");
        Assert.Equal(200, status);
        await host.UntilAsync(order.Number, o => o.State == OrderState.Paid);

        // The sandbox's rail does not say who paid; others do.
        var attempt = (await host.Get<OrderQueries>().FindAsync(order.Number, CancellationToken.None))!.Current!;
        var said = new Observation
        {
            Kind = ObservationKind.Paid, Direction = Direction.PayIn, Reference = attempt.Reference, AmountMinor = 100, Currency = order.Currency,
            OccurredAtMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), RailReference = "U9", DedupeKey = "U9", Sender = new Person { Name = "Ana Canary", Account = "1" },
        };
        await host.Get<RailStatements>().ApplyAsync(host.Get<SnapshotStore>().Current.Accounts[attempt.ChannelAccountId], [said], null, CancellationToken.None);
        var farMs = TimeProvider.System.GetUtcNow().AddDays(3).ToUnixTimeMilliseconds();
        await host.Get<ChannelTokens>().Of(101).GetAsync("test", _ => Task.FromResult<RailToken?>(new RailToken("a token", farMs)), CancellationToken.None);
        await host.Get<Users>().OperatorLinkAsync("you@example.com");
        await host.Get<AuditedStore>().SaveAsync(async (context, trail) =>
        {
            var user = await context.Users.SingleAsync();
            host.Get<SecondFactor>().Keep(user, host.Get<SecondFactor>().NewSeed());
            host.Get<Mails>().Add(context, user, MailKind.PasswordChanged, "now", "here");
            var proposal = new ProposalRow { Id = 7, Kind = "channel.secret", Subject = "channel:101", Change = "{}", EndsAtMs = long.MaxValue, State = ProposalState.Open };
            context.Proposals.Add(proposal);
            host.Get<ProposalSecrets>().Keep(context, proposal, "a secret of a proposal"u8);
            var (keyId, text) = host.Get<MasterKeys>().Seal("{}"u8, PayoutLineRow.BoundTo(7));
            context.PayoutLines.Add(new PayoutLineRow { Id = 7, BatchId = 7, Line = 2, MasterKeyId = keyId, Sealed = text });
            trail.Add(Actor.Program, "test.seed", SignIn.Subject(user.Id));
            return true;
        });
        Assert.Null(await host.Get<CaseChanges>().AddFileAsync(Actor.Program, "case:1", "letter.pdf", "%PDF-1.7 a letter"u8.ToArray()));
        return (order.Number, host.Get<VoucherAddress>().Of(order.Number));
    }

    private static async Task<long> CountAsync(TestDatabase database, (string Table, string Column) of, string keyId)
    {
        await using DbConnection connection = database.Engine == Engine.Sqlite
            ? new SqliteConnection(database.ConnectionString) : new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {of.Table} WHERE {of.Column} = '{keyId}'";
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }
}
