using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Operator;
using Paypro.Server.Operator.Accounts;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;

namespace Paypro.ServerTests.Access;

/// <summary>What a rail calls the banks of our list: typed, imported whole or not at all, and what lacks a line.</summary>
public sealed class BankTableTests
{
    private const long Account = PotGround.AccountId;

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task LinesAreAddedChangedAndTakenAway(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var table = pots.Ground.The<BankTable>();
        Assert.Equal(new BankLineView("BANXICO", Name(pots), "2001", false), (await table.SetAsync(Actor.Program, Account, new BankLineWish("banxico", " 2001 ", "x"), Answer<BankLineView>.Unkept)).Value);
        Assert.Equal("2002", (await table.SetAsync(Actor.Program, Account, new BankLineWish("BANXICO", "2002", "x"), Answer<BankLineView>.Unkept)).Value!.Code);
        await pots.RefreshAsync();
        Assert.Equal("2002", pots.Offer.Account.BankCodes["BANXICO"]);
        Assert.Contains("is not one of the country's list", (await table.SetAsync(Actor.Program, Account, new BankLineWish("NOBANK", "1", "x"), Answer<BankLineView>.Unkept)).Problem!, StringComparison.Ordinal);
        Assert.Contains("1 to 40", (await table.SetAsync(Actor.Program, Account, new BankLineWish("BANXICO", "", "x"), Answer<BankLineView>.Unkept)).Problem!, StringComparison.Ordinal);
        Assert.Contains("no such channel account", (await table.SetAsync(Actor.Program, 999, new BankLineWish("BANXICO", "1", "x"), Answer<BankLineView>.Unkept)).Problem!, StringComparison.Ordinal);
        var lines = (await pots.Ground.ReadAsync(c => table.ListAsync(c, Account)))!;
        Assert.Single(lines, l => l.Code.Length > 0);
        Assert.True(lines.Count > 30);
        Assert.Null((await table.RemoveAsync(Actor.Program, Account, new BankLineRemoval("BANXICO", "x"), Answer<BankLineView>.Unkept)).Problem);
        Assert.Contains("no such line", (await table.RemoveAsync(Actor.Program, Account, new BankLineRemoval("BANXICO", "x"), Answer<BankLineView>.Unkept)).Problem!, StringComparison.Ordinal);
        var audit = await pots.Ground.ReadAsync(c => c.Audit.Where(a => a.Action.StartsWith("channel.bank")).OrderBy(a => a.No).Select(a => new { a.Action, a.Subject, a.Before, a.After }).ToListAsync());
        Assert.Equal(["channel.bank", "channel.bank", "channel.bank-remove"], audit.Select(a => a.Action));
        Assert.All(audit, a => Assert.EndsWith("/bank:BANXICO", a.Subject, StringComparison.Ordinal));
        Assert.Equal(("\"2001\"", "\"2002\"", "\"2002\""), (audit[1].Before, audit[1].After, audit[2].Before));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AFileIsTakenWholeOrNotAtAllAndComesBackAsItWent(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var table = pots.Ground.The<BankTable>();
        var banks = (await pots.Ground.ReadAsync(c => table.ListAsync(c, Account)))!.Take(3).Select(l => l.Bank).ToList();
        await table.SetAsync(Actor.Program, Account, new BankLineWish(banks[0], "old", "x"), Answer<BankLineView>.Unkept);
        var csv = $"Code;Bank;Note\r\n\"=1\";{banks[0]};x\r\n002;{banks[1]};\r\n;{banks[2]};no code says nothing\r\n";
        var looked = (await ImportAsync(csv, true)).Value!;
        Assert.Equal((1, 1, 0, 0, false), (looked.Added, looked.Changed, looked.Same, looked.Faults.Count, looked.Done));
        Assert.Equal(["old"], await CodesAsync());

        // A fault keeps all of it out, and says its line.
        var wrong = $"{csv}1;NOBANK;\r\n2;{banks[1]};\r\n";
        Assert.Equal([(5, "bank: is not one of the country's list"), (6, "bank: stands in the file twice")], (await ImportAsync(wrong, true)).Value!.Faults.Select(f => (f.Line, f.Fault)));
        Assert.Equal("csv: line 5: bank: is not one of the country's list", (await ImportAsync(wrong, false)).Problem);
        Assert.Contains("columns bank and code", (await ImportAsync("a,b\n1,2\n", false)).Problem!, StringComparison.Ordinal);
        Assert.Contains("columns bank and code", (await ImportAsync("bank,code\n\"", false)).Problem!, StringComparison.Ordinal);
        Assert.Equal(["old"], await CodesAsync());
        Assert.True((await ImportAsync(csv, false)).Value!.Done);
        Assert.Equal(["002", "1"], (await CodesAsync()).Select(c => c.TrimStart('\'', '=')).Order(StringComparer.Ordinal));
        Assert.Equal(1, await pots.Ground.ReadAsync(c => c.Audit.CountAsync(a => a.Action == "channel.bank-import" && a.Before.Contains("old") && a.After.Contains("002"))));

        // What is exported can be imported, and changes nothing.
        var exported = System.Text.Encoding.UTF8.GetString(BankTable.File((await pots.Ground.ReadAsync(c => table.ListAsync(c, Account)))!));
        var again = (await ImportAsync(exported, false)).Value!;
        Assert.Equal((0, 0, 2, 0, false), (again.Added, again.Changed, again.Same, again.Faults.Count, again.Done));

        Task<Change<BankImportView>> ImportAsync(string text, bool dryRun) => table.ImportAsync(Actor.Program, Account, new BankImportWish(text, dryRun, "x"), Answer<BankImportView>.Unkept);

        Task<List<string>> CodesAsync() => pots.Ground.ReadAsync(c => c.ChannelBankCodes.Where(b => b.ChannelAccountId == Account).OrderBy(b => b.Theirs).Select(b => b.Theirs).ToListAsync());
    }

    /// <summary>An upstream that does not have our list declines what has no line: the account says so, and counts what came to it.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatLacksALineIsASentence(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        pots.Channel.Sends = _ => Task.FromResult<SendOutcome>(new SendOutcome.Accepted());
        var shop = await pots.Ground.OpenShopAsync(1_000_00);
        await pots.PayOutAsync(shop, "one");
        await pots.PayOutAsync(shop, "two");
        Assert.Equal("", (await pots.Ground.ReadAsync(c => pots.Ground.The<AccountReads>().FindAsync(c, Account)))!.Banks);
        Assert.Equal([new DeclinedBank("BANXICO", 2)], await pots.Ground.ReadAsync(c => LackingBanks.DeclinedAsync(c, Account, ["BANXICO", "OTHER"], pots.Ground.NowMs)));
        Assert.Empty(await pots.Ground.ReadAsync(c => LackingBanks.DeclinedAsync(c, 999, ["BANXICO"], pots.Ground.NowMs)));

        var offer = pots.Offer with { Session = new Needy(pots.Offer.Account) };
        Assert.Equal(["B"], LackingBanks.Of(offer, ["A", "B"]));
        Assert.Equal("1 of 2 banks have no line in its table of banks: payouts to them are declined here.", LackingBanks.Says(1, 2));
        Assert.Empty(LackingBanks.Of(offer with { Ways = [new ChannelWayRow { Direction = Direction.PayIn, Way = "va" }] }, ["A", "B"]));
    }

    private static string Name(PotGround pots) => pots.Ground.The<SnapshotStore>().Current.Banks["MX"].Find("BANXICO")!.Name;

    /// <summary>Has a line for A alone.</summary>
    private sealed class Needy(ChannelAccount account) : IChannelSession
    {
        public ChannelAccount Account => account;

        public bool LacksBankCode(string ours) => ours != "A";

        public void Dispose()
        {
        }
    }

    /// <summary>Every bank of every country's list can have a line; Pakistan's are the longest.</summary>
    [Fact]
    public void TheBanksOfEveryListFit() =>
        Assert.All(CountryCatalog.BuiltIn.Countries.SelectMany(c => c.Banks.Banks), bank => Assert.InRange(bank.Code.Length, 1, BankTable.LongestBank));
}
