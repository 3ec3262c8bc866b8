using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;
using Paypro.Server.Vouchers;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;

namespace Paypro.UnitTests.Vouchers;

public sealed class VoucherTests
{
    private const long NowMs = 1_728_609_277_476;

    private static readonly Merchant Shop = new()
    {
        No = 1000000002,
        NoText = "1000000002",
        Bucket = 1,
        Country = Indonesia.Country,
        Name = "Warung Café",
        PayInsOpen = true,
        PayoutsOpen = true,
        PayInNotifyUrl = "",
        PayoutNotifyUrl = "",
        Keys = [],
    };

    private static readonly OrderRow PayIn = new()
    {
        Direction = Direction.PayIn,
        TradeNo = "test_00000008",
        Number = "68o0uwogz7mnzutt",
        Way = "DANA",
        ChannelCode = "EWALLET",
        State = OrderState.Paid,
        AmountMinor = 1_000_000_00,
        PaidMinor = 1_000_000_00,
        Utr = "REF0001",
        Remark = "a secret remark",
        CreatedAtMs = NowMs - 60_000,
        SuccessAtMs = NowMs - 1_000,
    };

    private static readonly OrderRow Payout = PayIn with { Direction = Direction.Payout, Way = "", BankCode = "0002" };

    [Fact]
    public void APayInsVoucherTellsWhatWasPaidAndHow() => Assert.Equal(
        [
            "Merchant: Warung Café", "Merchant number: 1000000002", "Transaction number: 68o0uwogz7mnzutt", "Merchant's order number: test_00000008",
            "Status: 0000 SUCCESS", "Amount ordered: IDR 1,000,000.00", "Amount paid: IDR 1,000,000.00", "Paid with: DANA", "Bank's reference: REF0001",
            "Ordered: 2024-10-11 08:13:37 Asia/Jakarta", "Succeeded: 2024-10-11 08:14:36 Asia/Jakarta",
        ],
        Make(PayIn).Lines.Select(line => $"{line.Label}: {line.Text}"));

    [Fact]
    public void APayoutsVoucherHidesMostOfTheAccount()
    {
        var lines = Make(Payout, "5464438554636").Lines.ToDictionary(line => line.Label, line => line.Text);
        Assert.Equal(("Bank Rakyat Indonesia (BRI)", "****4636"), (lines["Recipient's bank"], lines["Recipient's account"]));
        Assert.DoesNotContain("Recipient's account", Make(Payout).Lines.Select(line => line.Label));
    }

    [Theory]
    [InlineData("5464438554636", "****4636")]
    [InlineData("123456789", "****789")]
    [InlineData("12345", "****5")]
    [InlineData("12", "****")]
    [InlineData("", "****")]
    public void AtMostAThirdOfAnAccountIsShown(string account, string masked) => Assert.Equal(masked, Voucher.Masked(account));

    [Theory]
    [InlineData(OrderState.Pending)]
    [InlineData(OrderState.PartlyPaid)]
    [InlineData(OrderState.Failed)]
    [InlineData(OrderState.Expired)]
    [InlineData(OrderState.Returned)]
    internal void WhatHasNotSucceededHasNoVoucher(OrderState state) => Assert.Null(Voucher.Of(PayIn with { State = state }, Shop, null, null, isSandbox: false, NowMs));

    [Fact]
    public void WhatWentBackInPartIsTold()
    {
        Assert.Contains(new VoucherLine("Amount returned", "IDR 50.00"), Make(PayIn with { ReturnedMinor = 50_00 }).Lines);
        Assert.DoesNotContain("Amount returned", Make(PayIn).Lines.Select(line => line.Label));
    }

    [Fact]
    public void ASandboxSaysThatNothingIsProved()
    {
        Assert.Contains(Make(PayIn, isSandbox: true).Notes, note => note.StartsWith("SANDBOX", StringComparison.Ordinal));
        Assert.DoesNotContain(Make(PayIn).Notes, note => note.Contains("SANDBOX", StringComparison.Ordinal));
    }

    [Fact]
    public void ThePageHoldsEveryLineInsideItsMargins()
    {
        var voucher = Make(Payout with { TradeNo = new string('W', 128), Utr = "with (brackets) and \\ backslash" }, "5464438554636", isSandbox: true);
        using var document = PdfDocument.Open(VoucherPdf.Write(voucher));
        var page = Assert.Single(document.GetPages());
        Assert.Equal("Proof of payout", document.Information.Title);
        Assert.All(page.Letters, letter => Assert.True(
            letter.BoundingBox is { Left: >= 55, Bottom: >= 50, Top: <= 800 } && letter.BoundingBox.Right <= 540, $"{letter.Value} at {letter.BoundingBox}"));
        var text = page.Text.Replace(" ", "", StringComparison.Ordinal);
        foreach (var expected in voucher.Lines.SelectMany(line => new[] { line.Label, line.Text }).Concat(voucher.Notes).Append(voucher.Amount))
        {
            Assert.Contains(expected.Replace(" ", "", StringComparison.Ordinal).Replace('é', 'e'), text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("remark", text, StringComparison.Ordinal);
        AssertNothingOverlaps(page);
    }

    private static void AssertNothingOverlaps(Page page)
    {
        var lines = page.Letters.Where(letter => letter.Value.Trim().Length > 0)
            .GroupBy(letter => (int)letter.StartBaseLine.Y).OrderByDescending(line => line.Key).Select(line => line.Key).ToList();
        Assert.All(lines.Zip(lines.Skip(1)), pair => Assert.True(pair.First - pair.Second >= 12, $"Lines at {pair.First} and {pair.Second} are too near."));
    }

    private static Voucher Make(OrderRow order, string? account = null, bool isSandbox = false)
    {
        var voucher = Voucher.Of(order, Shop, Indonesia.Country.Banks.Find(order.BankCode), account, isSandbox, NowMs);
        Assert.NotNull(voucher);
        return voucher;
    }
}
