using System.Text.Json.Nodes;
using Paypro.Channels;
using Paypro.Channels.DLocal;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.RailDoubles.DLocal;

namespace Paypro.UnitTests.Channels;

/// <summary>What is wrong with an account, as it is set and as dLocal sees it; and what a payer is shown.</summary>
public sealed class DLocalAccountTests : IAsyncLifetime
{
    private DLocalGround ground = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => ground = await DLocalGround.StartAsync();

    public ValueTask DisposeAsync() => ground.DisposeAsync();

    [Theory]
    [InlineData("base", "", "base: ")]
    [InlineData("base", "http://rail.example.com", "base: must be https")]
    [InlineData("base", "https://rail.example.com/v2", "base: must have neither path")]
    [InlineData("base", "https://api.dlocal.com", "base: is dLocal's live address")]
    [InlineData("payoutBase", "ftp://rail.example.com", "payoutBase: ")]
    [InlineData("method.nothing", "SE:REDIRECT", "method.nothing: Mexico has no such way")]
    [InlineData("method.va", "SE", "method.va: must be")]
    [InlineData("method.va", "SE:direct", "method.va: must be")]
    [InlineData("method.va", "SE:DIRECT", "accountMember: must name")]
    [InlineData("accountMember", "a.b", "accountMember: must be")]
    [InlineData("refunds", "card", "refunds: Mexico has no way card")]
    [InlineData("payouts", "yes", "payouts: must be none or v3")]
    [InlineData("purpose", "", "purpose: must be")]
    [InlineData("payoutMethod.wallet", "two words", "payoutMethod.wallet: must be")]
    [InlineData("payoutMember.wallet", "remitter.account", "payoutMember.wallet: must be")]
    [InlineData("payment.amount", "1", "payment.amount: must name")]
    [InlineData("payout.external_id", "1", "payout.external_id: must name")]
    [InlineData("maxInFlight", "0", "maxInFlight: ")]
    [InlineData("serverAuthority", "no PEM", "serverAuthority: must be a certificate in PEM")]
    public void A_wrong_setting_is_named(string setting, string value, string problem) =>
        Assert.StartsWith(problem, ground.Channel.CheckAccount(ground.With((setting, value))), StringComparison.Ordinal);

    [Fact]
    public void A_wrong_secret_is_named_and_not_shown()
    {
        foreach (var name in ground.Account.Secrets.Names.ToList())
        {
            Assert.StartsWith($"{name}: is missing", ground.Channel.CheckAccount(ground.WithSecret(name, null)), StringComparison.Ordinal);
        }

        Assert.StartsWith("callback-token: must have", ground.Channel.CheckAccount(ground.WithSecret("callback-token", "short"u8.ToArray())), StringComparison.Ordinal);
        Assert.StartsWith("login: must", ground.Channel.CheckAccount(ground.WithSecret("login", "a\r\nb"u8.ToArray())), StringComparison.Ordinal);
        Assert.StartsWith("callback address: ", ground.Channel.CheckAccount(ground.Account with { CallbackAddress = null }), StringComparison.Ordinal);
        Assert.StartsWith("country: ", ground.Channel.CheckAccount(ground.Account with { Country = "KR", Currency = "KRW" }), StringComparison.Ordinal);
        Assert.StartsWith("base: is dLocal's sandbox", ground.Channel.CheckAccount(ground.With(("base", "https://sandbox.dlocal.com")) with { Live = true }), StringComparison.Ordinal);
        ground.Account = ground.With(("payouts", ""), ("purpose", ""));
        Assert.Null(ground.Channel.CheckAccount(ground.WithSecret("client-id", null)));
        Assert.False(ground.Session is IPayouts);
    }

    [Fact]
    public void What_a_country_asks_for_and_no_merchant_sends_is_a_setting()
    {
        Assert.StartsWith("payout.metadata.CommercialType: ", ground.Channel.CheckAccount(ground.In("PK")), StringComparison.Ordinal);
        Assert.StartsWith("payment.payer.address.state: ", ground.Channel.CheckAccount(ground.In("IN", ("method.UPI", "UI:REDIRECT"))), StringComparison.Ordinal);
        Assert.Null(ground.Channel.CheckAccount(ground.In("IN", ("method.UPI", "UI:REDIRECT"), ("leftOut", "payer.address.state,payer.address.city,payer.address.zip_code,payer.address.street,payer.address.number"))));
        Assert.StartsWith("method.mpesa: must be REDIRECT", ground.Channel.CheckAccount(ground.In("KE", ("method.mpesa", "MP:DIRECT"))), StringComparison.Ordinal);
        Assert.StartsWith("qrMember: must name", ground.Channel.CheckAccount(ground.In("BR", ("method.PIX", "PIX:DIRECT"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Eleven_countries_are_served_whole_but_for_debit_cards()
    {
        var ways = ground.Channel.Ways.ToHashSet();
        Assert.Equal(11, ways.Select(way => way.Country).Distinct().Count());
        foreach (var country in CountryCatalog.BuiltIn.Countries.Where(country => country.IsoCode != "KR"))
        {
            Assert.All(country.PayInWays, way => Assert.Contains(new WayOffer(country.IsoCode, Direction.PayIn, way.Code), ways));
            Assert.All(country.PayoutKinds.Where(kind => kind != "DebitCard"), kind => Assert.Contains(new WayOffer(country.IsoCode, Direction.Payout, kind), ways));
        }
    }

    [Fact]
    public async Task An_account_is_tried_without_moving_money()
    {
        Assert.All(await TryAsync(), static finding => Assert.Equal(TrialResult.Right, finding.Result));
        ground.Account = ground.With(("method.va", "XX:REDIRECT"));
        Assert.Contains(await TryAsync(), static finding => finding.Result == TrialResult.Wrong && finding.Says.Contains("method.va", StringComparison.Ordinal) && finding.Says.Contains("SE", StringComparison.Ordinal));
        ground.House.Methods["MX"][1] = ("OX", "TICKET", ["DIRECT"]);
        Assert.Contains(await TryAsync(), static finding => finding.Result == TrialResult.Wrong && finding.Says.Contains("not as REDIRECT", StringComparison.Ordinal));
        Assert.Empty(ground.House.Payments);
        Assert.Empty(ground.House.Payouts);
    }

    [Fact]
    public async Task What_is_wrong_at_the_rail_is_said_in_a_sentence()
    {
        ground.House.Skew = TimeSpan.FromMinutes(2);
        Assert.Contains(await TryAsync(), static finding => finding.Result == TrialResult.Attention && finding.Says.Contains("clock", StringComparison.Ordinal));
        ground.House.Skew = default;
        var right = ground.Account;
        ground.Account = ground.WithSecret("client-secret", "another"u8.ToArray());
        Assert.Contains(await TryAsync(), static finding => finding.Result == TrialResult.Wrong && finding.Says.Contains("client-id", StringComparison.Ordinal));
        ground.Account = right;
        ground.Account = ground.WithSecret("secret-key", "another"u8.ToArray());
        Assert.Contains("secret-key", Assert.Single(await TryAsync()).Says, StringComparison.Ordinal);
        ground.Account = right;
        ground.Account = ground.WithSecret("trans-key", "another"u8.ToArray());
        Assert.Contains("trans-key", Assert.Single(await TryAsync()).Says, StringComparison.Ordinal);
        ground.Account = right;
        foreach (var (trouble, result) in new[] { (DLocalTrouble.Instead(200, "<html></html>"), TrialResult.Wrong), (DLocalTrouble.Instead(400, DLocalTrouble.Problem(5003)), TrialResult.Wrong), (DLocalTrouble.Instead(503, ""), TrialResult.NoAnswer), (DLocalTrouble.CutAfter, TrialResult.NoAnswer) })
        {
            ground.House.Trouble("GET /payments-methods", trouble);
            Assert.Equal(result, Assert.Single(await TryAsync()).Result);
        }
    }

    [Fact]
    public async Task A_direct_payment_shows_what_is_right_and_nothing_else()
    {
        ground.Account = ground.With(("method.va", "SE:DIRECT"), ("accountMember", "clabe"), ("method.store", "OX:DIRECT"));
        var holds = new JsonObject { ["clabe"] = DLocalGround.Clabe, ["beneficiary"] = "Empresa de Prueba", ["name"] = "Banco de Prueba" };
        ground.House.Direct["SE"] = payment => ("bank_transfer", (JsonObject)holds.DeepClone());
        ground.House.Direct["OX"] = static _ => ("ticket", new JsonObject { ["number"] = "93000000000000", ["barcode"] = "9300000000000012" });
        var shown = Assert.IsType<InstructionOutcome.Accepted>(await ground.PayIns.RequestInstructionAsync(ground.PayIn(seed: 1) with { ReturnUrl = null }, Stop)).Instruction;
        Assert.Equal((InstructionKinds.Clabe, DLocalGround.Clabe, "Empresa de Prueba", "Banco de Prueba"), (shown.Kind, shown.Value, shown.BeneficiaryName, shown.Bank));
        var store = Assert.IsType<InstructionOutcome.Accepted>(await ground.PayIns.RequestInstructionAsync(ground.PayIn(seed: 2) with { Way = "store" }, Stop)).Instruction;
        Assert.Equal((InstructionKinds.Barcode, "9300000000000012"), (store.Kind, store.Value));

        // The amount to transfer is a cent more; the number has a wrong digit; there is none.
        var seed = 3;
        foreach (var (member, value) in new (string, JsonNode?)[] { ("amount_to_transfer", 123.46m), ("amount_to_transfer", "123.45"), ("clabe", "012180001234567890"), ("clabe", null) })
        {
            var before = holds[member]?.DeepClone();
            holds[member] = value;
            var open = Assert.IsType<InstructionOutcome.Unknown>(await ground.PayIns.RequestInstructionAsync(ground.PayIn(seed: seed++), Stop));
            Assert.Equal(ground.House.Payments[^1].Id, open.RailId);
            holds[member] = before;
            if (before is null)
            {
                holds.Remove(member);
            }
        }

        holds["amount_to_transfer"] = 123.450m;
        Assert.IsType<InstructionOutcome.Accepted>(await ground.PayIns.RequestInstructionAsync(ground.PayIn(seed: seed), Stop));
    }

    [Fact]
    public async Task A_direct_code_asks_for_this_amount_in_this_currency()
    {
        var brazil = CountryCatalog.BuiltIn.FindCountry("BR")!;
        var qr = (QrInstruction)brazil.FindWay("PIX")!.Instruction;
        ground.House.Methods["BR"] = [("PIX", "TICKET", ["DIRECT"])];
        ground.Account = ground.In("BR", ("method.PIX", "PIX:DIRECT"), ("qrMember", "qr_code"), ("payouts", "none"));
        var draft = ground.PayIn(50_00) with { Way = "PIX", Currency = Currency.Brl.Code, ReturnUrl = null };
        foreach (var (amountMinor, isShown) in new[] { (50_00L, true), (50_01L, false) })
        {
            ground.House.Direct["PIX"] = _ => ("ticket", new JsonObject { ["qr_code"] = qr.Encode(new QrOrder("ABCDEFGHIJKLMNOPQRSTUVWXY", amountMinor, "Loja", new Dictionary<string, string>())) });
            var outcome = await ground.PayIns.RequestInstructionAsync(draft with { Reference = DLocalReference.Make(Direction.PayIn, BitConverter.GetBytes(amountMinor).Concat(new byte[8]).ToArray()) }, Stop);
            Assert.Equal(isShown, outcome is InstructionOutcome.Accepted { Instruction.Kind: InstructionKinds.Qr });
        }
    }

    private Task<IReadOnlyList<TrialFinding>> TryAsync() => ((IAccountTrials)ground.Session).TryAccountAsync(Stop);
}
