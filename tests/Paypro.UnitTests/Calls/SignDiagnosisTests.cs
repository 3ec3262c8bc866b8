using System.Security.Cryptography;
using System.Text;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Calls;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Calls;

/// <summary>Each common error of a signature is found for what it is, and in the parameter in which it was made.</summary>
public sealed class SignDiagnosisTests
{
    private const string Key = "0f1e2d3c4b5a69788796a5b4c3d2e1f0", No = "2000000001", Path = "/mex-pay/v1/paypro/payInApi";
    private const string Signed = "amount=300.00email=a b@shop.examplenotifyUrl=https://shop.example/npayer=ÁnatradeNo=T-1wayCode=va";

    private static readonly Operation PayIn = Mexico.Country.FindOperation(OperationKind.CreatePayIn)!;

    /// <summary>The error, the parameter, and the text that its maker hashes.</summary>
    public static TheoryData<string, string, string> Md5Errors => new()
    {
        { nameof(SignMistake.KeyMissing), "", Signed },
        { nameof(SignMistake.KeyFirst), "", Key + Signed },
        { nameof(SignMistake.KeyAsParameter), "", Joined("&") + "&key=" + Key },
        { nameof(SignMistake.KeyCase), "", Signed + Key.ToUpperInvariant() },
        { nameof(SignMistake.KeyBlank), "", Signed + Key + "\n" },
        { nameof(SignMistake.Separators), "", Joined("&") + Key },
        { nameof(SignMistake.ValuesOnly), "", "300.00a b@shop.examplehttps://shop.example/nÁnaT-1va" + Key },
        { nameof(SignMistake.SentOrder), "", "tradeNo=T-1amount=300.00wayCode=vapayer=Ánaemail=a b@shop.examplenotifyUrl=https://shop.example/n" + Key },
        { nameof(SignMistake.OverJson), "", Body("x") + Key },
        { nameof(SignMistake.EmptyIncluded), "remark", Signed.Replace("tradeNo", "remark=tradeNo", StringComparison.Ordinal) + Key },
        { nameof(SignMistake.LeftOut), "payer", Signed.Replace("payer=Ána", "", StringComparison.Ordinal) + Key },
        { nameof(SignMistake.NumberRewritten), "amount", Signed.Replace("300.00", "300", StringComparison.Ordinal) + Key },
        { nameof(SignMistake.Blanks), "email", Signed.Replace("a b", "ab", StringComparison.Ordinal) + Key },
        { nameof(SignMistake.UrlEncoded), "notifyUrl", Signed.Replace("https://shop.example/n", "https%3A%2F%2Fshop.example%2Fn", StringComparison.Ordinal) + Key },
        { nameof(SignMistake.Escaped), "payer", Signed.Replace("Ána", "\\u00C1na", StringComparison.Ordinal) + Key },
        { nameof(SignMistake.LetterCase), "wayCode", Signed.Replace("=va", "=VA", StringComparison.Ordinal) + Key },
        { nameof(SignMistake.Unknown), "", Signed + "another key" },
    };

    /// <summary>The error, and the text that its maker signs.</summary>
    public static TheoryData<string, string> HmacErrors => new()
    {
        { nameof(SignMistake.HmacPath), $"request\n/v1/paypro/payInApi\n{No}\n1800000000\n{Body("")}" },
        { nameof(SignMistake.HmacBody), $"request\n{Path}\n{No}\n1800000000\n{Body("")}\n" },
        { nameof(SignMistake.HmacBody), $"request\n{Path}\n{No}\n1800000000\n" },
        { nameof(SignMistake.HmacParts), $"{Path}\n{No}\n1800000000\n{Body("")}" },
        { nameof(SignMistake.HmacParts), $"1800000000.{Body("")}" },
        { nameof(SignMistake.Unknown), "something else" },
    };

    [Theory]
    [MemberData(nameof(Md5Errors))]
    public void AnMd5ErrorIsNamed(string mistake, string parameter, string hashed)
    {
        // The body of OverJson holds the very signature that is over it, which nobody can make: it is over the body with another one.
        var sign = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(hashed)));
        if (mistake == nameof(SignMistake.OverJson))
        {
            var entry = Entry(SigningAlgorithm.Md5, Body("x"), "");
            Assert.Equal(new SignFinding(SignMistake.OverJson), Md5Mistakes.Find(entry, Read(entry), sign, [Encoding.UTF8.GetBytes(Key)], []));
            return;
        }

        Assert.Equal(new SignFinding(Enum.Parse<SignMistake>(mistake), parameter), Diagnose(Entry(SigningAlgorithm.Md5, Body(sign), "")));
    }

    [Theory]
    [MemberData(nameof(HmacErrors))]
    public void AnHmacErrorIsNamed(string mistake, string text)
    {
        var hex = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), Encoding.UTF8.GetBytes(text)));
        Assert.Equal(new SignFinding(Enum.Parse<SignMistake>(mistake)), Diagnose(Entry(SigningAlgorithm.HmacSha256, Body(""), $"t=1800000000,v1={hex}")));
    }

    [Fact]
    public void WhatIsNoSignatureIsNamed()
    {
        var decoded = Convert.ToHexStringLower(HMACSHA256.HashData(Convert.FromHexString(Key), Encoding.UTF8.GetBytes($"request\n{Path}\n{No}\n1800000000\n{Body("")}")));
        Assert.Equal(SignMistake.KeyDecoded, Diagnose(Entry(SigningAlgorithm.HmacSha256, Body(""), $"t=1800000000,v1={decoded}")).Mistake);
        Assert.Equal(SignMistake.HmacForm, Diagnose(Entry(SigningAlgorithm.HmacSha256, Body(""), "v1=00")).Mistake);
        Assert.Equal(SignMistake.Missing, Diagnose(Entry(SigningAlgorithm.HmacSha256, Body(""), "")).Mistake);
        Assert.Equal(SignMistake.NeedsHmac, Diagnose(Entry(SigningAlgorithm.HmacSha256, Body(new string('0', 32)), "")).Mistake);
        Assert.Equal(SignMistake.NeedsMd5, Diagnose(Entry(SigningAlgorithm.Md5, Body(""), "t=1,v1=00")).Mistake);
        Assert.Equal(SignMistake.NotHex, Diagnose(Entry(SigningAlgorithm.Md5, Body("wrong"), "")).Mistake);
        Assert.Equal(SignMistake.InHeader, Diagnose(Entry(SigningAlgorithm.Md5, Body(""), "") with { Headers = new CallHeaders(true, new string('0', 32), "") }).Mistake);
        Assert.Equal(SignMistake.MerchantTwice, Diagnose(Entry(SigningAlgorithm.Md5, Body(""), "") with { Headers = new CallHeaders(false, "", "") }).Mistake);
        Assert.Equal(SignMistake.OtherCountry, Diagnose(Entry(SigningAlgorithm.Md5, Body(""), "") with { Operation = null }).Mistake);
        Assert.Equal(SignMistake.NoKey, Diagnose(Entry(SigningAlgorithm.Md5, Body(""), "", validToMs: 5)).Mistake);

        var ended = Entry(SigningAlgorithm.Md5, Body(Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(Signed + "the one before")))), "");
        Assert.Equal(SignMistake.EndedKey, SignDiagnosis.Of(ended, Read(ended), ["the one before"u8.ToArray()]).Mistake);
    }

    /// <summary>What is shown holds the merchant's own values and of persons' the length; neither signature nor key, also where somebody put it into a member.</summary>
    [Fact]
    public void WhatIsShownHoldsNoPersonAndNoKey()
    {
        var json = $$"""{"tradeNo":"T-1","amount":300,"payer":"Ána","email":"a@b.example","mobile":5512345678,"secret":"{{Key}}","notifyUrl":"https://shop.example/n?who=Ana","wayCode":"{{Key}}","remark":"","returnUrl":null,"sign":"abc"}""";
        var entry = Entry(SigningAlgorithm.Md5, json, "");
        var shown = CallMask.Body(Read(entry), PayIn, entry.Merchant, 4096);
        Assert.Equal(
            """{"tradeNo":"T-1","amount":300,"payer":"[3 characters]","email":"[11 characters]","mobile":"[10 characters]","secret":"[32 characters]","notifyUrl":"https://shop.example/n?[…]","wayCode":"[32 characters]","remark":"","returnUrl":null}""",
            System.Text.RegularExpressions.Regex.Replace(shown, @"\n\s*", "").Replace("\": ", "\":", StringComparison.Ordinal));
        Assert.Equal(
            "amount=300email=[11 characters]mobile=[10 characters]notifyUrl=https://shop.example/n?[…]payer=[3 characters]secret=[32 characters]tradeNo=T-1wayCode=[32 characters]",
            SignDiagnosis.SignedText(entry, Read(entry), 4096));

        // A key as the merchant's number, and a body that is too long.
        Assert.DoesNotContain(Key, CallMask.Body(FlatBody.Read(Encoding.UTF8.GetBytes($$"""{"tradeNo":"{{Key}}"}"""), out _)!, PayIn, entry.Merchant, 4096), StringComparison.Ordinal);
        var many = "{" + string.Join(',', Enumerable.Range(0, 120).Select(i => $"\"member{i}\":\"{new string('x', 100)}\"")) + "}";
        var cut = CallMask.Body(FlatBody.Read(Encoding.UTF8.GetBytes(many), out _)!, PayIn, entry.Merchant, 2048);
        Assert.True(Encoding.UTF8.GetByteCount(cut) <= 2048 && cut.Contains("cut", StringComparison.Ordinal) && cut.EndsWith('}'));
    }

    private static SignFinding Diagnose(CallEntry entry) => SignDiagnosis.Of(entry, Read(entry), []);

    private static FlatBody Read(CallEntry entry) => FlatBody.Read(entry.Body, out _)!;

    private static string Joined(string separator) => string.Join(separator, "amount=300.00", "email=a b@shop.example", "notifyUrl=https://shop.example/n", "payer=Ána", "tradeNo=T-1", "wayCode=va");

    private static string Body(string sign) =>
        $$"""{"tradeNo":"T-1","amount":"300.00","wayCode":"va","payer":"Ána","email":"a b@shop.example","notifyUrl":"https://shop.example/n","remark":"","sign":"{{sign}}"}""";

    private static CallEntry Entry(SigningAlgorithm kind, string body, string hmac, long validToMs = 0) => new(1, Shop(kind, validToMs), new CallOutcome("8000", 200, "", CallFault.Refused))
    {
        Operation = PayIn, HasRoute = true, Path = Path, Address = "", Headers = new CallHeaders(true, "", hmac), Body = Encoding.UTF8.GetBytes(body), Proved = false, AtMs = 10, TookMs = 1,
    };

    private static Merchant Shop(SigningAlgorithm kind, long validToMs) => new()
    {
        No = 2000000001, NoText = No, Bucket = 1, Country = Mexico.Country, Name = "Shop", PayInsOpen = true, PayoutsOpen = true, PayInNotifyUrl = "", PayoutNotifyUrl = "",
        Keys = [new MerchantKey(1, kind, Encoding.UTF8.GetBytes(Key), true, 0, validToMs)],
    };
}
