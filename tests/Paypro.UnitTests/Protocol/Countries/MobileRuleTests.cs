using CsCheck;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Countries.Accounts;

namespace Paypro.UnitTests.Protocol.Countries;

public class MobileRuleTests
{
    private static readonly MobileRule Indonesia = new("ID", "^(08[0-9]{8,11}|628[0-9]{7,10})$", "must be 10 to 13 digits beginning 08 or 628");

    private static readonly MobileRule Kenya = new("KE", "^254[17][0-9]{8}$", "must be 12 digits beginning 2541 or 2547");

    private static readonly MobileRule Pakistan = new("PK", "^(3[0-9]{9}|03[0-9]{9})$", "must be 10 digits beginning 3 or 11 beginning 03");

    private static readonly MobileRule Egypt = new("EG", "^01[0-8][0-9]{8}$", "must be 11 digits beginning 010 to 018");

    private static readonly MobileRule SouthKorea = new("KR", "^0[0-9]{10}$", "must be 11 digits beginning 0");

    /// <summary>Nothing here asks a context, so none is made.</summary>
    private static readonly RequestContext Context = null!;

    [Fact]
    public void The_documented_rule_alone_decides()
    {
        Assert.Null(Indonesia.Rule("081245907765", Context));
        Assert.Null(Indonesia.Rule("6281245907765", Context));
        Assert.Equal("must be 10 to 13 digits beginning 08 or 628", Indonesia.Rule("62812459077655", Context));
        Assert.NotNull(Indonesia.Rule("081245907", Context));
        Assert.NotNull(Indonesia.Rule("+6281245907765", Context));
        Assert.Null(Kenya.Rule("254115555088", Context));
        Assert.NotNull(Kenya.Rule("254215555088", Context));

        // No operator has 018, but the page lists it.
        Assert.Null(Egypt.Rule("01812345678", Context));
        Assert.NotNull(Egypt.Rule("01912345678", Context));
    }

    [Theory]
    [InlineData("6281245907765", "+6281245907765")]
    [InlineData("081245907765", "+6281245907765")]
    [InlineData("0812-4590-7765", "+6281245907765")]
    [InlineData("", null)]
    [InlineData("kevin", null)]
    [InlineData("1", null)]
    public void Indonesian_numbers_are_written_in_one_form(string mobile, string? e164) => Assert.Equal(e164, Indonesia.ToE164(mobile));

    [Fact]
    public void A_number_has_one_form_whichever_way_it_was_sent()
    {
        Assert.Equal("+254115555088", Kenya.ToE164("254115555088"));
        Assert.Equal("+923115112345", Pakistan.ToE164("3115112345"));
        Assert.Equal("+923115112345", Pakistan.ToE164("03115112345"));
        Assert.Equal("+201123456789", Egypt.ToE164("01123456789"));
        Assert.Equal("+821012345678", SouthKorea.ToE164("01012345678"));
    }

    [Fact]
    public void People_read_it_in_groups()
    {
        Assert.Equal("+62 812-4590-7765", Indonesia.ToDisplay("081245907765"));
        Assert.Equal("mobile", Kenya.ToDisplay("mobile"));
    }

    [Fact]
    public void What_the_rule_takes_can_be_written() =>
        Gen.Select(Gen.Bool, Gen.String[Gen.Char['0', '9'], 8, 8]).Select((isFirst, digits) => (isFirst ? "2541" : "2547") + digits).Sample(mobile =>
        {
            Assert.Null(Kenya.Rule(mobile, Context));
            Assert.Equal("+" + mobile, Kenya.ToE164(mobile));
        });

    [Fact]
    public void No_text_makes_it_throw() => Gen.String[0, 300].Sample(text => Assert.NotNull(Indonesia.ToDisplay(text)));
}
