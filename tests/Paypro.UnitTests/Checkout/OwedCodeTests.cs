using Paypro.Channels;
using Paypro.Channels.Sandbox;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Qr;
using Paypro.Server.Merchants;
using Paypro.Server.PayIns;
using Paypro.Server.Storage;
using Paypro.UnitTests.Channels;

namespace Paypro.UnitTests.Checkout;

/// <summary>A code never asks for another amount than what is owed.</summary>
public sealed class OwedCodeTests
{
    private const string Shop = "Kamal & Sons";

    public static TheoryData<string, string> Codes =>
    [
        .. CountryCatalog.BuiltIn.Countries.SelectMany(country => country.PayInWays.Where(way => way.Instruction is QrInstruction)
            .Select(way => new TheoryDataRow<string, string>(country.IsoCode, way.Code))),
    ];

    [Theory]
    [MemberData(nameof(Codes))]
    public void ACodeOfOursAsksForWhatIsOwedAndForNothingElse(string iso, string way)
    {
        var (country, order, attempt, offer) = Scene(iso, way);
        Assert.Equal(attempt.InstructionValue, OwedCode.Of(attempt, order, order.AmountMinor, offer, Shop));
        foreach (var owedMinor in new[] { 1, 499, 500, order.AmountMinor - 1 }.Select(units => units * country.Currency.UnitMinor).Where(minor => minor < order.AmountMinor))
        {
            var code = OwedCode.Of(attempt, order, owedMinor, offer, Shop);
            Assert.NotNull(code);
            Assert.True(QrAmount.TryRead(code, country.Currency, out var asked));
            Assert.Equal(owedMinor, asked);

            // The same reference: whatever comes with either code is the same attempt's.
            Assert.Equal(code.Contains(attempt.Reference, StringComparison.Ordinal), attempt.InstructionValue.Contains(attempt.Reference, StringComparison.Ordinal));
            Assert.Equal(attempt.InstructionValue, OwedCode.Of(attempt, order, order.AmountMinor, offer, Shop));
        }

        Assert.Null(OwedCode.Of(attempt, order, 0, offer, Shop));
        Assert.Null(OwedCode.Of(attempt, order, -1, offer, Shop));
    }

    /// <summary>What the rail made, or what we would make otherwise by now, is shown only when it fits.</summary>
    [Theory]
    [MemberData(nameof(Codes))]
    public void ACodeThatIsNotOursIsNotShownForAPart(string iso, string way)
    {
        var (country, order, attempt, offer) = Scene(iso, way);
        var owedMinor = country.Currency.UnitMinor;
        var remote = offer with { Session = Session(offer.Account with { Settings = new Dictionary<string, string> { ["instructions"] = "remote" } }) };
        Assert.Null(OwedCode.Of(attempt, order, owedMinor, remote, Shop));
        if (way != Vietnam.Qr)
        {
            // VietQR names nobody.
            Assert.Null(OwedCode.Of(attempt, order, owedMinor, offer, "Renamed"));
        }

        Assert.Null(OwedCode.Of(attempt, order, owedMinor, null, Shop));
        Assert.Null(OwedCode.Of(attempt with { InstructionValue = "weixin://1" }, order, owedMinor, offer, Shop));

        // Nothing came: it is what the payer was given, and fits.
        Assert.Equal(attempt.InstructionValue, OwedCode.Of(attempt, order, order.AmountMinor, remote, Shop));
    }

    [Theory]
    [InlineData("upi://pay?pa=a@b&am=499.00&cu=INR", true)]
    [InlineData("upi://pay?pa=a@b&am=1499.00&cu=INR", false)]
    [InlineData("upi://pay?pa=a@b&am=499.001", false)]
    [InlineData("upi://pay?pa=a@b&am=", false)]
    [InlineData("upi://pay?pa=a@b&cu=INR", true)]
    [InlineData("", false)]
    public void AFitIsTheSameAmountOrNone(string code, bool fits) => Assert.Equal(fits, QrAmount.Fits(code, 499_00, Currency.Inr));

    /// <summary>The amount of a registered charge stands at the rail, whatever the code says.</summary>
    [Fact]
    public void ACodeOfAChargeFitsNothing()
    {
        var merchant = new EmvMerchant("Loja", "SAO PAULO");
        Assert.False(QrAmount.Fits(PixBrCode.Dynamic("pix.example.com/v2/1", 499_00, merchant), 499_00, Currency.Brl));
        Assert.True(QrAmount.Fits(PixBrCode.Static("a@example.com", "T1", null, merchant), 499_00, Currency.Brl));
        Assert.False(QrAmount.Fits(PixBrCode.Static("a@example.com", "T1", 1_499_00, merchant), 499_00, Currency.Brl));
    }

    private static (Country Country, OrderRow Order, AttemptRow Attempt, AccountOffer Offer) Scene(string iso, string way)
    {
        var country = CountryCatalog.BuiltIn.FindCountry(iso)!;
        var account = new SandboxGround().Account with { Country = iso, Currency = country.Currency.Code };
        var session = Session(account);
        var order = new OrderRow { Number = "68o0uwogz7mnzutt", Country = iso, Currency = country.Currency.Code, AmountMinor = 1_499 * country.Currency.UnitMinor, ExpiresAtMs = 9 };
        var draft = new PayInDraft { Number = order.Number, Way = way, AmountMinor = order.AmountMinor, Currency = order.Currency, ExpiresAtMs = 9, MerchantName = Shop };
        draft = draft with { Reference = session.MakePayInReference(draft, new byte[16]) };
        var attempt = new AttemptRow
        {
            Way = way, Reference = draft.Reference, State = AttemptState.Done, InstructionKind = InstructionKinds.Qr, InstructionValue = session.IssueLocally(draft).Value,
        };
        return (country, order, attempt, new AccountOffer(account, new SandboxGround().Channel, session, true, 0, "", []));
    }

    private static SandboxSession Session(ChannelAccount account) => new SandboxGround().Session(account);
}
