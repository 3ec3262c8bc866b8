using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Cases;
using Paypro.Server.Merchants;
using Paypro.Server.Operator;
using Paypro.Server.Operator.RuleWork;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Payouts;
using Paypro.Server.Platform;
using Paypro.Server.Settlement;
using Paypro.Server.Statements;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using ProtocolBody = Paypro.Protocol.FlatBody;

namespace Paypro.ServerTests.Payments;

/// <summary>The block list and a merchant's rules: what is refused, what is held, and who lets it go.</summary>
public sealed class BlockListTests
{
    private const string Card = "4111111111111111", Other = "5555555555554444";
    private static readonly DecidedBy Two = new("operator:1", "operator:2", "letter 7", "another person of the same name");

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task NobodyOnItIsPaidAndWhatWasAcceptedBeforeIsHeldAndReleasedOnce(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var (ground, sent) = (pots.Ground, Sends(pots));
        var (shop, neighbour) = (await ground.OpenShopAsync(10_000_00), await ground.OpenShopAsync(10_000_00));
        var (first, second) = (await PayOutAsync(pots, shop, "first", Card), await PayOutAsync(pots, shop, "second", Card));
        await BlockAsync(pots, shop.Merchant.No, " 4111 1111-1111 1111 ");
        Assert.Equal("customerAccount: is not accepted", await RefusalAsync(pots, shop, "third", Card));
        Assert.IsType<CreateResult.Created>(await TryAsync(pots, shop, "other", Other));
        Assert.IsType<CreateResult.Created>(await TryAsync(pots, neighbour, "its-own", Card));

        // A number that is known is answered all the same.
        Assert.IsType<CreateResult.Known>(await TryAsync(pots, shop, "first", Card));
        await pots.TurnAsync();
        Assert.Equal(2, sent.Count);
        Assert.Equal((AttemptState.Held, AttemptState.Held), (await pots.StateAsync(first), await pots.StateAsync(second)));
        Assert.Equal(2, await OpenAsync(pots, CaseKind.HeldPayout));
        Assert.Equal(300_00, (await shop.HoldingsAsync()).Frozen);

        // Two persons release one and refuse the other, on two nodes at once.
        await using var node = await pots.OtherAsync(engine);
        await node.RefreshAsync();
        var released = await Task.WhenAll(pots.Ground.The<Decisions>().ReleaseAsync(first.Number, Two, CancellationToken.None), node.Ground.The<Decisions>().ReleaseAsync(first.Number, Two, CancellationToken.None));
        Assert.Equal(1, released.Count(r => r.Done));
        Assert.True((await ground.The<Decisions>().RefuseAsync(second.Number, Two, CancellationToken.None)).Done);
        Assert.False((await ground.The<Decisions>().RefuseAsync(first.Number, Two, CancellationToken.None)).Done && await pots.StateAsync(first) == AttemptState.Held);
        await pots.TurnAsync();
        await pots.TurnAsync();
        Assert.Equal(1, sent.Count(n => n == first.Number));
        Assert.DoesNotContain(second.Number, sent);
        var refused = (await pots.FindAsync(second)).Order;
        Assert.Equal((OrderState.Failed, "00029"), (refused.State, refused.FailureCode));
        Assert.Equal((0, 200_00L), (await OpenAsync(pots, CaseKind.HeldPayout), (await shop.HoldingsAsync()).Frozen));
        Assert.DoesNotContain(await ground.ReadAsync(c => c.BlockEntries.Select(b => b.Hash).ToListAsync()), h => h.Contains("4111", StringComparison.Ordinal));
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ManyAtOnceDoNotPassARuleTogether(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var (ground, sent) = (pots.Ground, Sends(pots));
        var shop = await ground.OpenShopAsync(10_000_00);
        await RuleAsync(pots, shop, new PersonRuleView(Direction.Payout, RuleSpan.Hour, RuleAction.Hold, 3, null));
        await RuleAsync(pots, shop, new PersonRuleView(Direction.Payout, RuleSpan.Day, RuleAction.Refuse, 5, null));
        await using var node = await pots.OtherAsync(engine);
        await node.RefreshAsync();
        var results = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => TryAsync(i % 2 == 0 ? pots : node, shop, $"p{i}", Card)));
        Assert.Equal((5, 7), (results.Count(r => r is CreateResult.Created), results.Count(r => r is CreateResult.Refused)));
        Assert.All(results.OfType<CreateResult.Refused>(), r => Assert.Equal("customerAccount: one recipient may have at most 5 of this merchant's payouts within a day", r.Sentence));
        Assert.IsType<CreateResult.Created>(await TryAsync(pots, shop, "other", Other));
        await pots.TurnAsync();
        Assert.Equal((4, 2), (sent.Count, await OpenAsync(pots, CaseKind.HeldPayout)));

        // Nothing that could tell who it is, and not without end.
        Assert.DoesNotContain(await ground.ReadAsync(c => c.RuleCounts.Select(r => r.Person).ToListAsync()), p => p.Contains("4111", StringComparison.Ordinal));
        ground.Time.Pass(Housekeeping.KeptFor + TimeSpan.FromDays(1));
        await ground.The<Housekeeping>().RunOnceAsync(CancellationToken.None);
        Assert.Equal(0, await ground.ReadAsync(c => c.RuleCounts.CountAsync()));
    }

    /// <summary>What a limit and a rule hold both is not released by the approval: two people release it then.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AnApprovalReleasesNothingThatARuleHolds(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var (ground, sent) = (pots.Ground, Sends(pots));
        var shop = await ground.OpenShopAsync(1_000_00);
        await RuleAsync(pots, shop, new PersonRuleView(Direction.Payout, RuleSpan.Hour, RuleAction.Hold, 1, null));
        await ground.The<ConfigStore>().SaveAsync(context =>
        {
            context.HoldLimits.Add(new HoldLimitRow { MerchantNo = shop.Merchant.No, Owner = HoldOwner.Merchant, Kind = HoldKind.Payment, AmountMinor = 50_00 });
            return Task.CompletedTask;
        });
        var (first, second, third) = (await PayOutAsync(pots, shop, "first", Card), await PayOutAsync(pots, shop, "second", Card), await PayOutAsync(pots, shop, "third", Card));
        Assert.Equal(
            (OrderExceptions.HeldForMerchant, OrderExceptions.HeldForMerchant | OrderExceptions.HeldByRule, OrderExceptions.HeldForMerchant | OrderExceptions.HeldByRule), (first.Exceptions, second.Exceptions, third.Exceptions));
        var held = ground.The<HeldPayouts>();
        Assert.Null(await held.ApproveAsync(first.Key, OrderExceptions.HeldForMerchant, 7, "user:7", ""));
        Assert.Null(await held.ApproveAsync(second.Key, OrderExceptions.HeldForMerchant, 7, "user:7", ""));
        await pots.TurnAsync();
        Assert.Equal([first.Number], sent);
        Assert.Equal((AttemptState.Held, 1), (await pots.StateAsync(second), await OpenAsync(pots, CaseKind.HeldPayout)));

        Assert.True((await ground.The<Decisions>().ReleaseAsync(second.Number, Two, CancellationToken.None)).Done);
        await pots.TurnAsync();
        Assert.Equal([first.Number, second.Number], sent);
        Assert.Null(await held.EndAsync(third.Key, OrderExceptions.Held, "user:7", "not this one"));
        Assert.Equal((OrderState.Failed, OrderExceptions.None), ((await pots.FindAsync(third)).Order.State, (await pots.FindAsync(third)).Order.Exceptions));
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    /// <summary>A tighter rule holds at once; a looser one waits for two.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task OnlyWhatIsTighterIsSetByOne(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var shop = await pots.Ground.OpenShopAsync(0);
        var rule = new PersonRuleView(Direction.PayIn, RuleSpan.Hour, RuleAction.Refuse, 5, 100_00);
        await RuleAsync(pots, shop, rule);
        foreach (var looser in new[] { rule, rule with { MostCount = 6 }, rule with { MostMinor = null }, rule with { MostCount = 4, MostMinor = 200_00 }, rule with { MostCount = null, MostMinor = null } })
        {
            Assert.NotNull((await Rules(pots).TightenAsync(Actor.Program, shop.Merchant.No, new(looser, "x"), Answer<PersonRuleView>.Unkept)).Problem);
        }

        Assert.NotNull((await Rules(pots).TightenAsync(Actor.Program, shop.Merchant.No, new(rule with { MostCount = 201 }, "x"), Answer<PersonRuleView>.Unkept)).Problem);
        await RuleAsync(pots, shop, rule with { MostCount = 4 });
        Assert.Equal(4, (await pots.Ground.ReadAsync(c => c.MerchantRules.SingleAsync())).MostCount);
    }

    /// <summary>What comes for a pay-in that a rule marked, or whose payer was listed since, is the merchant's and held: no settlement reaches it, a return takes it first.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatCreditsAndHitsIsHeldUntilTwoReleaseIt(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var ground = pots.Ground;
        var shop = await ground.OpenShopAsync(0, new TermsRow { BasisPoints = 100, SettlementDays = 1 });
        await pots.RefreshAsync();
        var (marked, clean) = (await shop.PayInAsync(200_00), await shop.PayInAsync(100_00));
        var held = marked with { Attempt = marked.Attempt with { HoldsMoney = true } };
        Assert.Equal(ApplyResult.Applied, await shop.PaidAsync(held, 200_00, "a"));
        Assert.Equal(ApplyResult.Applied, await shop.PaidAsync(clean, 100_00, "b"));
        Assert.Equal((OrderState.Paid, 1), ((await shop.OrderAsync(marked)).State, (await shop.OrderAsync(marked)).ResultVersion));
        Assert.Equal(new Holdings(0, 0, 99_00, 0, 198_00), await shop.HoldingsAsync());
        Assert.Equal(1, await OpenAsync(pots, CaseKind.HeldPayIn));

        ground.Time.Pass(TimeSpan.FromDays(400));
        await ground.The<SettlementRun>().RunOnceAsync(CancellationToken.None);
        Assert.Equal(new Holdings(99_00, 0, 0, 0, 198_00), await shop.HoldingsAsync());

        var number = (await shop.OrderAsync(marked)).Number;
        Assert.True((await ground.The<Decisions>().ReleaseAsync(number, Two, CancellationToken.None)).Done);
        Assert.False((await ground.The<Decisions>().ReleaseAsync(number, Two, CancellationToken.None)).Done);
        Assert.Equal(new Holdings(297_00, 0, 0, 0), await shop.HoldingsAsync());
        Assert.Equal(0, await OpenAsync(pots, CaseKind.HeldPayIn));
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    /// <summary>As a country's page is asked: refused while he is listed, and held where he was listed between.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task APayerWhoIsListedAfterwardsIsCreditedAndHeld(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        await ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        var merchant = ground.The<SnapshotStore>().Current.MerchantsByNo.Values.First(m => m.Country.IsoCode == "KR");
        var operation = merchant.Country.FindOperation(OperationKind.CreateHostedPayIn)!;
        var phone = operation.Fields.FirstOrDefault(f => f.Role == FieldRole.Mobile);
        Assert.SkipWhen(phone is null, "Korea's page names no phone.");
        var begun = Assert.IsType<CreateResult.Created>(await BeginAsync(ground, merchant, operation, "before")).Order;
        var listed = await ground.The<BlockListChanges>().AddAsync(Actor.Program, new BlockWish(0, "KR", MarkKind.Phone, [phone!.Example], "reported"), Answer<BlockedView>.Unkept);
        Assert.Null(listed.Problem);
        Assert.Equal($"{phone.Name}: is not accepted", Assert.IsType<CreateResult.Refused>(await BeginAsync(ground, merchant, operation, "after")).Sentence);
        Assert.True(await ground.The<HeldPayIns>().HoldsAsync(begun, sender: null));
        var attempts = await ground.The<OrderQueries>().AttemptsAsync(begun.Key, CancellationToken.None);
        if (attempts is [.., var attempt])
        {
            var said = new Observation { Kind = ObservationKind.Paid, Direction = Direction.PayIn, Reference = attempt.Reference, AmountMinor = begun.AmountMinor, Currency = begun.Currency, OccurredAtMs = ground.NowMs, RailReference = "r", DedupeKey = "r" };
            Assert.Equal(ApplyResult.Applied, Assert.Single(await ground.The<RailStatements>().ApplyAsync(ground.The<SnapshotStore>().Current.Accounts[attempt.ChannelAccountId], [said], null, CancellationToken.None)));
            Assert.Equal(1, await ground.ReadAsync(c => c.Cases.CountAsync(x => x.Kind == CaseKind.HeldPayIn && x.OrderId == begun.Id)));
        }

        var (found, _) = await ground.The<BlockListChanges>().FindAsync(new BlockQuestion("KR", MarkKind.Phone, phone.Example));
        Assert.Single(found);
    }

    [Fact]
    public void APersonIsTheSameHoweverHeIsWritten()
    {
        var marks = new PersonMarks(InstallationSecrets.ForTests(new SystemRandomness()));
        var countries = new[] { "BR", "MX", "ID", "KE" }.ToDictionary(c => c, c => CountryCatalog.BuiltIn.FindCountry(c)!);
        foreach (var (country, kind, typed, person) in ((string, MarkKind, string, Person)[])
            [
                ("BR", MarkKind.TaxNumber, "529.982.247-25", new Person { Identity = "52998224725" }),
                ("BR", MarkKind.TaxNumber, "529.982.247-25", new Person { Account = "52998224725" }),
                ("BR", MarkKind.Phone, "(11) 99999-8888", new Person { Account = "+5511999998888" }),
                ("BR", MarkKind.Account, "Somebody@Example.com", new Person { Account = "somebody@example.com" }),
                ("MX", MarkKind.Account, "6461 8015 7000 0000 04", new Person { Account = "646180157000000004" }),
                ("ID", MarkKind.Phone, "+62 812-4590-7765", new Person { Mobile = "081245907765" }),
                ("KE", MarkKind.Phone, "0712 345 678", new Person { Account = "254712345678" }),
            ])
        {
            Assert.Contains(marks.Of(country, person), m => m.Hash == marks.Read(countries[country], kind, typed));
            Assert.DoesNotContain(marks.Of("IN", person), m => m.Hash == marks.Read(countries[country], kind, typed));
        }

        Assert.Null(marks.Read(countries["MX"], MarkKind.Phone, "not a phone"));
        Assert.Null(marks.Read(countries["MX"], MarkKind.Account, "--"));
    }

    private static async Task<CreateResult> BeginAsync(PaymentsGround ground, Merchant merchant, Operation operation, string tradeNo)
    {
        await ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        var members = operation.Fields.Where(f => f.Role != FieldRole.Sign).ToDictionary(f => f.Name, f => f.Role == FieldRole.TradeNo ? tradeNo : f.Example);
        var body = ProtocolBody.Read(JsonSerializer.SerializeToUtf8Bytes(members), out _)!;
        var fields = RequestReader.Read(merchant.Country, operation, body, new RequestContext(true, ground.The<SnapshotStore>().Current.Banks[merchant.Country.IsoCode]), out var error);
        Assert.Null(error);
        return (await ground.The<PayInCreation>().CreateAsync(merchant, fields!, hosted: true, refusal: null, CancellationToken.None)).Result;
    }

    internal static ConcurrentQueue<string> Sends(PotGround pots)
    {
        var sent = new ConcurrentQueue<string>();
        pots.Channel.Sends = payout =>
        {
            sent.Enqueue(payout.Number);
            return Task.FromResult<SendOutcome>(new SendOutcome.Accepted());
        };
        return sent;
    }

    internal static async Task<OrderRow> PayOutAsync(PotGround pots, Shop shop, string tradeNo, string account) => Assert.IsType<CreateResult.Created>(await TryAsync(pots, shop, tradeNo, account)).Order;

    private static async Task<string> RefusalAsync(PotGround pots, Shop shop, string tradeNo, string account) => Assert.IsType<CreateResult.Refused>(await TryAsync(pots, shop, tradeNo, account)).Sentence;

    private static async Task<CreateResult> TryAsync(PotGround pots, Shop shop, string tradeNo, string account)
    {
        await pots.RefreshAsync();
        var members = new Dictionary<string, string>
        {
            ["tradeNo"] = tradeNo, ["amount"] = "100", ["wayCode"] = "BANXICO", ["customerName"] = "ana", ["customerAccountType"] = "DebitCard", ["customerAccount"] = account,
            ["timestamp"] = pots.Ground.NowMs.ToString(CultureInfo.InvariantCulture), ["notifyUrl"] = "http://127.0.0.1:9/n",
        };
        var (body, country) = (ProtocolBody.Read(JsonSerializer.SerializeToUtf8Bytes(members), out _)!, shop.Merchant.Country);
        var fields = RequestReader.Read(country, country.FindOperation(OperationKind.CreatePayout)!, body, new RequestContext(true, pots.Ground.The<SnapshotStore>().Current.Banks["MX"]), out var error);
        Assert.Null(error);
        return await pots.Ground.The<PayoutCreation>().CreateAsync(shop.Merchant, fields!, refusal: null);
    }

    internal static async Task BlockAsync(PotGround pots, long merchantNo, string account) => Assert.Null(
        (await pots.Ground.The<BlockListChanges>().AddAsync(Actor.Program, new BlockWish(merchantNo, "MX", MarkKind.Account, [account], "reported"), Answer<BlockedView>.Unkept)).Problem);

    private static async Task RuleAsync(PotGround pots, Shop shop, PersonRuleView rule) =>
        Assert.Null((await Rules(pots).TightenAsync(Actor.Program, shop.Merchant.No, new(rule, "a new merchant"), Answer<PersonRuleView>.Unkept)).Problem);

    private static RuleChanges Rules(PotGround pots) => pots.Ground.The<RuleChanges>();

    internal static Task<int> OpenAsync(PotGround pots, string kind) => pots.Ground.ReadAsync(c => c.Cases.CountAsync(x => x.Kind == kind && x.State == CaseState.Open));
}
