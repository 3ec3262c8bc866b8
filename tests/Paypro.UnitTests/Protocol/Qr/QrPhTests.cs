using CsCheck;
using Paypro.Protocol.Qr;

namespace Paypro.UnitTests.Protocol.Qr;

public class QrPhTests
{
    /// <summary>A published P2M code of a bank's terminal certification ("P2M UPLOAD").</summary>
    private const string PublishedToMerchant =
        "00020101021228560011ph.ppmi.p2m0111MBTCPHMMXXX03158000000000000440503310520460125303608540518.005802PH5913P2M UPLOAD MB6006Makati" +
        "62610012ph.ppmi.qrph0315800000000000044051000000006900708800000448871" +
        "0012ph.ppmi.qrph0151800000000000044~800000000000044~80000044~000000069063041B55";

    /// <summary>A published P2P code: the example of a provider's reference of InstaPay transfers.</summary>
    private const string PublishedToAccount =
        "00020101021227770012com.p2pqrpay0111PAEYPHM2XXX02089996440304129858893861530514+63-99137298615204601653036085406123.455802PH" +
        "5913ENG-19818-ged6006Manila62980012com.p2pqrpay0103***0214+63-99137298620303***0408LOYALTY10506test120605cust10708123456780803***6304ED03";

    private static readonly EmvMerchant Merchant = new("P2M UPLOAD MB", "Makati", "6012");

    private static readonly Gen<string> References = Gen.String[Gen.OneOf(Gen.Char['a', 'z'], Gen.Char['0', '9']), 1, 25];

    [Fact]
    public void Writes_the_published_code_to_a_merchant()
    {
        var acquirer = new QrPhAcquirer("MBTCPHMMXXX", "800000000000044")
        {
            Flags = "310",
            Terminal = "80000044",
            Note = "800000000000044~800000000000044~80000044~0000000690",
        };

        Assert.Equal(PublishedToMerchant, QrPh.ToMerchant(acquirer, "0000000690", 1800, Merchant));
    }

    [Fact]
    public void Agrees_with_a_published_code_to_an_account()
    {
        Assert.True(EmvQrReader.TryRead(PublishedToAccount, out var published, out var problem), problem);
        Assert.True(EmvQrReader.TryRead(QrPh.ToAccount("PAEYPHM2XXX", "985889386153", "test12", 12345, new("ENG-19818-ged", "Manila")), out var ours, out problem), problem);
        foreach (var path in (string[][])[["01"], ["27", "00"], ["27", "01"], ["27", "02"], ["27", "04"], ["52"], ["53"], ["54"], ["58"], ["59"], ["60"], ["62", "00"], ["62", "05"]])
        {
            Assert.Equal(published.Find(path), ours.Find(path));
        }

        Assert.Equal(PublishedToAccount, EmvQr.Encode([.. published.Objects.Skip(1).SkipLast(1)]));
    }

    [Fact]
    public void A_code_carries_reference_and_amount() => Gen.Select(References, Gen.Long[1, 999_999_999_999]).Sample((reference, amountMinor) =>
    {
        var acquirer = new QrPhAcquirer("MBTCPHMMXXX", "Shop-1") { StoreLabel = "Branch-7" };
        Assert.True(EmvQrReader.TryRead(QrPh.ToMerchant(acquirer, reference, amountMinor, Merchant), out var payload, out var problem), problem);
        Assert.Equal("12", payload.Find("01"));
        Assert.Equal("000", payload.Find("28", "05"));
        Assert.Equal("Shop-1", payload.Find("28", "03"));
        Assert.Equal("Branch-7", payload.Find("62", "03"));
        Assert.Equal(reference, payload.Find("62", "05"));
        Assert.Equal(reference, payload.Find("88", "01"));
        Assert.Null(payload.Find("62", "07"));
        Assert.Equal($"{amountMinor / 100}.{amountMinor % 100:00}", payload.Find("54"));
    });

    [Fact]
    public void The_longest_values_fit()
    {
        var acquirer = new QrPhAcquirer("MBTCPHMMXXX", new string('m', 25)) { Terminal = new string('t', 20), Note = new string('n', 79) };
        var code = QrPh.ToMerchant(acquirer, new string('r', 25), 999_999_999_999, new(new string('M', 25), new string('C', 15), "6012", "1234567890"));
        Assert.True(EmvQrReader.TryRead(code, out _, out var problem), problem);
        Assert.Throws<ArgumentException>(() => new QrPhAcquirer("MBTCPHMMXXX", "x") { Terminal = new string('t', 21) });
    }

    [Fact]
    public void The_shortest_values_and_what_is_left_out_fit()
    {
        var plain = new QrPhAcquirer("MBTCPHMMXXX", "S") { Terminal = null, Note = null };
        Assert.Equal(QrPh.ToMerchant(new QrPhAcquirer("MBTCPHMMXXX", "S"), "x", 100, Merchant), QrPh.ToMerchant(plain, "x", 100, Merchant));
        Assert.Contains(new string('1', 19), QrPh.ToAccount("MBTCPHMMXXX", new string('1', 19), "x", 100, Merchant), StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_what_no_app_would_take()
    {
        var acquirer = new QrPhAcquirer("MBTCPHMMXXX", "Shop-1");
        Assert.Throws<ArgumentException>(() => QrPh.ToMerchant(acquirer, "", 100, Merchant));
        Assert.Throws<ArgumentException>(() => QrPh.ToMerchant(acquirer, "a#b", 100, Merchant));
        Assert.Throws<ArgumentException>(() => QrPh.ToMerchant(acquirer, new string('x', 26), 100, Merchant));
        Assert.Throws<ArgumentException>(() => QrPh.ToMerchant(acquirer, "x", 0, Merchant));
        Assert.Throws<ArgumentException>(() => QrPh.ToAccount("MBTCPHMM", "1", "x", 100, Merchant));
        Assert.Throws<ArgumentException>(() => QrPh.ToAccount("MBTCPHMMXXX", "12a", "x", 100, Merchant));
        Assert.Throws<ArgumentException>(() => QrPh.ToAccount("MBTCPHMMXXX", "", "x", 100, Merchant));
        Assert.Throws<ArgumentException>(() => QrPh.ToAccount("MBTCPHMMXXX", new string('1', 20), "x", 100, Merchant));
        Assert.Throws<ArgumentException>(() => new QrPhAcquirer("mbtcphmmxxx", "Shop-1"));
        Assert.Throws<ArgumentException>(() => new QrPhAcquirer("MBTCPHMMXXx", "Shop-1"));
        Assert.Throws<ArgumentException>(() => new QrPhAcquirer("MBTCPHMMXXX", "Shop 1"));
        Assert.Throws<ArgumentException>(() => new QrPhAcquirer("MBTCPHMMXXX", ""));
        Assert.Throws<ArgumentException>(() => new QrPhAcquirer("MBTCPHMMXXX", "x") { Flags = "00" });
        Assert.Throws<ArgumentException>(() => new QrPhAcquirer("MBTCPHMMXXX", "x") { Terminal = "" });
        Assert.Throws<ArgumentException>(() => new QrPhAcquirer("MBTCPHMMXXX", "x") { Note = new string('x', 80) });
    }
}
