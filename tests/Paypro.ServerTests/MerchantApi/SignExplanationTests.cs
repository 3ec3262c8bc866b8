using System.Text;
using Paypro.Protocol.Signing;
using Paypro.ServerTests.Infrastructure;
using static Paypro.ServerTests.MerchantApi.TestMerchant;

namespace Paypro.ServerTests.MerchantApi;

/// <summary>A sandbox says why a request is nobody's. A live installation says one sentence (<see cref="SignatureTests"/>).</summary>
public sealed class SignExplanationTests(ApiHosts hosts)
{
    private const string Sentence = "sign: the merchant or its sign is wrong";

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task ASandboxSaysWhichOfTheMistakesItIs(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var merchant = await host.AddMerchantAsync();
        var hmac = await host.AddMerchantAsync(0, "MX", new TestKey(SigningAlgorithm.HmacSha256, "hmac-secret-9"));
        var foreigner = await host.AddMerchantAsync(0, "BR", new TestKey(SigningAlgorithm.Md5, "foreign-secret"));
        var signed = Unsigned().SignedWith(merchant.Secret).ToString();
        var text = TextOf(Unsigned());

        await SaysAsync($"sign does not fit; it is the MD5, in hex, of this text with the merchant's secret behind it: {text}", Unsigned().With("sign", new string('0', 32)).ToString(), ("merchantNo", merchant.NoText));
        await SaysAsync($"sign must be 32 hex digits; it is the MD5, in hex, of this text with the merchant's secret behind it: {text}", Unsigned().With("sign", "short").ToString(), ("merchantNo", merchant.NoText));
        await SaysAsync($"the member sign is missing; it is the MD5, in hex, of this text with the merchant's secret behind it: {text}", Unsigned().ToString(), ("merchantNo", merchant.NoText));
        await SaysAsync($"this call takes sign from the body, and it stands in the header; it is the MD5, in hex, of this text with the merchant's secret behind it: {text}", Unsigned().ToString(), ("merchantNo", merchant.NoText), ("sign", Unsigned().Md5(merchant.Secret)));
        await SaysAsync("the header merchantNo is missing", signed);
        await SaysAsync("the header merchantNo comes more than once", signed, ("merchantNo", merchant.NoText), ("merchantNo", hmac.NoText));
        await SaysAsync("there is no merchant 9999999999; the header merchantNo names one of those that /docs shows, or one that you made", signed, ("merchantNo", "9999999999"));
        await SaysAsync($"merchant {foreigner.NoText} is one of Brazil and has no such call; its calls stand under /brz-pay, this one is /brz-pay/v1/paypro/payin", Unsigned().SignedWith(foreigner.Secret).ToString(), ("merchantNo", foreigner.NoText));
        await SaysAsync(
            $"the merchant's key is of the HMAC kind, which signs in the header Paypro-Signature and not in sign; it is t=<unix seconds>,v1=<hex> with the HMAC-SHA256, by the merchant's secret, of this text: request\n{PayIn}\n{hmac.NoText}\n<t>\n{signed}",
            signed, ("merchantNo", hmac.NoText));
        await SaysAsync(
            $"the merchant's key is of the MD5 kind, which signs in the member sign and not in Paypro-Signature; it is the MD5, in hex, of this text with the merchant's secret behind it: {text}",
            Unsigned().ToString(), ("merchantNo", merchant.NoText), ("Paypro-Signature", "t=1,v1=00"));
        await SaysAsync(
            $"Paypro-Signature does not fit; it is t=<unix seconds>,v1=<hex> with the HMAC-SHA256, by the merchant's secret, of this text: request\n{PayIn}\n{hmac.NoText}\n17\n{Unsigned()}",
            Unsigned().ToString(), ("merchantNo", hmac.NoText), ("Paypro-Signature", "t=17,v1=00"));
        Assert.Equal(0, await host.CountOrdersAsync(merchant) + await host.CountOrdersAsync(hmac) + await host.CountOrdersAsync(foreigner));

        static FlatBody Unsigned() => PayInBody("explained").With("timestamp", "1728609257212");

        async Task SaysAsync(string expected, string body, params (string, string)[] headers)
        {
            var answer = await host.SendAsync(PayIn, Encoding.UTF8.GetBytes(body), "application/json", chunked: false, headers);
            Assert.Equal("8000", answer.Code);
            Assert.Equal($"{Sentence}; this sandbox says why: {expected}", answer.Message);
        }
    }

    /// <summary>What is printed and the secret behind it is what has to be signed.</summary>
    [Fact]
    public async Task ThePrintedTextAndTheSecretMakeTheSign()
    {
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        var merchant = await host.AddMerchantAsync();
        var unsigned = PayInBody("printed").With("payer", "Ł \"&\" ß\\").With("remark", "").With("timestamp", "1728609257212");
        var message = (await merchant.Client.PostRawAsync(PayIn, unsigned.ToString())).Message!;
        var text = message[(message.IndexOf("behind it: ", StringComparison.Ordinal) + "behind it: ".Length)..];
#pragma warning disable CA5351 // The documented signature is MD5.
        var sign = Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(Encoding.UTF8.GetBytes(text + merchant.Secret)));
#pragma warning restore CA5351
        Assert.Equal("0000", (await merchant.Client.PostRawAsync(PayIn, unsigned.With("sign", sign).ToString())).Code);
    }

    /// <summary>A client that sends its secret along is told so, and does not find it in the answer.</summary>
    [Theory]
    [InlineData(SigningAlgorithm.Md5)]
    [InlineData(SigningAlgorithm.HmacSha256)]
    public async Task TheSecretIsNeverInTheAnswer(SigningAlgorithm algorithm)
    {
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        var merchant = await host.AddMerchantAsync(0, "MX", new TestKey(algorithm, "never-told-secret"));
        var body = PayInBody("told").With("remark", $"key={merchant.Secret}").With("sign", new string('0', 32)).ToString();
        var answer = await host.SendAsync(PayIn, Encoding.UTF8.GetBytes(body), "application/json", false, ("merchantNo", merchant.NoText), ("Paypro-Signature", "t=1,v1=00"));
        Assert.DoesNotContain(merchant.Secret, answer.Text, StringComparison.Ordinal);
        Assert.Contains("key=(the secret, which must not stand here)", answer.Message, StringComparison.Ordinal);
    }

    private static string TextOf(FlatBody body)
    {
        var read = Protocol.FlatBody.Read(Encoding.UTF8.GetBytes(body.ToString()), out _)!;
        return string.Concat(Enumerable.Range(0, read.Count)
            .Select(index => (Name: read[index].NameText, read[index].Text))
            .Where(member => member.Name != "sign" && member.Text.Length > 0)
            .OrderBy(member => member.Name, StringComparer.Ordinal)
            .Select(member => $"{member.Name}={member.Text}"));
    }
}
