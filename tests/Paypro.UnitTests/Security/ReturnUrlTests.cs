using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Checkout;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Security;

/// <summary>Goals, "Never": a <c>returnUrl</c> becomes a script or another site's redirect. Each trick is refused by the field's rule or made harmless in the link.</summary>
public sealed class ReturnUrlTests
{
    private static readonly Merchant Shop = new()
    {
        No = 1000000001,
        NoText = "1000000001",
        Bucket = 1,
        Country = Mexico.Country,
        Name = "Shop",
        PayInsOpen = true,
        PayoutsOpen = true,
        PayInNotifyUrl = "",
        PayoutNotifyUrl = "",
        Keys = [new MerchantKey(1, SigningAlgorithm.Md5, "secret"u8.ToArray(), signs: true, validFromMs: 0, validToMs: 0)],
    };

    public static TheoryData<string> Refused =>
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)", "javascript://shop.example/%0aalert(1)", "vbscript:x",
        "data:text/html,<script>alert(1)</script>", "blob:https://shop.example/x", "file:///etc/passwd", "about:blank", "view-source:https://shop.example/",
        "//evil.example/", "///evil.example", "\\\\evil.example\\x", "/\\evil.example", "https:evil.example", "http:/evil.example",
        "https://user@evil.example/", "https://shop.example:pass@evil.example/", "https://", "https:///x",
    ];

    public static TheoryData<string> Doubtful =>
    [
        "https://shop.example/\r\nSet-Cookie: a=b", "https://shop.example/?a=\"><script>alert(1)</script>", "https://shop.example/'onmouseover='x", "https://shop.example\\@evil.example/",
        "https://shop.example/\u2028x", "https://shop.example/\u202Egpj.exe", "https://shop.example/ b", "https://ｓｈｏｐ.example/", "https://shop.example/#\"><img src=x>",
        "HTTPS://SHOP.EXAMPLE/", "https://shop.example/%0d%0aSet-Cookie:%20a=b", "https://shop.example/\u0000",
    ];

    [Theory]
    [MemberData(nameof(Refused))]
    public void WhatIsNoWebAddressOfItsOwnIsRefusedByTheFieldsRule(string url) => Assert.NotNull(RefusalOf(url));

    [Theory]
    [MemberData(nameof(Refused))]
    [MemberData(nameof(Doubtful))]
    public void TheLinkIsAPlainWebAddressOrNone(string url)
    {
        if (ReturnLink.Make(new OrderRow { TradeNo = "T1", State = OrderState.Paid, ReturnUrl = url }, Shop, 1) is not { } link)
        {
            return;
        }

        Assert.Matches("^https?://[a-z0-9.:\\[\\]@-]+/[!#-&(-;=?-~]*$", link.Address.Replace("'", "", StringComparison.Ordinal));
        Assert.DoesNotContain('<', link.Address);
        Assert.Equal(new Uri(link.Address).Authority, link.Host);
    }

    [Fact]
    public void AnOverlongAddressIsRefused()
    {
        const string start = "https://shop.example/";
        Assert.Null(RefusalOf(start + new string('a', 2048 - start.Length)));
        Assert.NotNull(RefusalOf(start + new string('a', 2049 - start.Length)));
    }

    private static string? RefusalOf(string url)
    {
        var field = Mexico.Country.FindOperation(OperationKind.CreateHostedPayIn)!.Fields.Single(f => f.Role == FieldRole.ReturnUrl);
        var members = new Dictionary<string, string>
        {
            ["tradeNo"] = "T1", ["amount"] = "300", ["payer"] = "Name", ["mobile"] = "5512345678", ["notifyUrl"] = "https://shop.example/n",
            ["timestamp"] = "1724151084278", [field.Name] = url,
        };
        var body = FlatBody.Read(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(members), out var error);
        if (body is null)
        {
            return error;
        }

        _ = RequestReader.Read(Mexico.Country, Mexico.Country.FindOperation(OperationKind.CreateHostedPayIn)!, body, new RequestContext(false, Mexico.Country.Banks), out error);
        Assert.True(error is null || error.StartsWith(field.Name, StringComparison.Ordinal), error);
        return error;
    }
}
