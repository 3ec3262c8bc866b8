using Paypro.Protocol.Signing;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.MerchantApi;

/// <summary>One account is one order through the whole service, signed as it was sent.</summary>
public sealed class OneFormTests(ApiHosts hosts)
{
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AnotherWritingOfARecipientIsTheSameOrder(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        await SameAsync(
            "IN", "/ind-pay/v1/paypro/payout", "bankCode", ["IDFB0043121", "idfb0043121", "ＩＤＦＢ 0043-121"], "HDFC0000123",
            ("tradeNo", "one"), ("amount", "300"), ("name", "Asha"), ("mobile", "9876543210"), ("email", "a@example.com"), ("bankNumber", "10094038292"), ("notifyUrl", "https://merchant.example/n"));
        await SameAsync(
            "ID", "/indonesia-pay/v1/paypro/payOut", "bankAccountNo", ["0812345678901", "62812345678901", "+62 812-345678901"], "0812345678902",
            ("tradeNo", "one"), ("amount", "300"), ("customerName", "Budi"), ("mobile", "081245907765"), ("email", "a@example.com"), ("bankCode", "DANA"), ("notifyUrl", "https://merchant.example/n"));
        await SameAsync(
            "MX", TestMerchant.Payout, "customerAccount", ["012180001234567899", "012 180 00123456789 9", "٠١٢١٨٠٠٠١٢٣٤٥٦٧٨٩٩\u200B"], "012180001234567886",
            ("tradeNo", "one"), ("amount", "300"), ("wayCode", "bbva"), ("customerName", "Ana"), ("customerAccountType", "CLABE"), ("notifyUrl", "https://merchant.example/n"));

        async Task SameAsync(string country, string path, string name, string[] writings, string other, params (string Name, string Value)[] members)
        {
            var merchant = await host.AddMerchantAsync(1_000_00, country, new TestKey(SigningAlgorithm.Md5, "secret-of-one-form"));
            var answers = new List<ApiAnswer>();
            foreach (var writing in writings)
            {
                answers.Add(await merchant.Client.PostAsync(path, [.. members, (name, writing)]));
            }

            var refused = await merchant.Client.PostAsync(path, [.. members, (name, other)]);
            Assert.All(answers, answer => Assert.True(answer.Code == "0000" && answer["platFormTradeNo"] == answers[0]["platFormTradeNo"], answer.Text));
            Assert.True(refused.Message!.StartsWith("tradeNo: ", StringComparison.Ordinal), refused.Text);
            Assert.Equal(1, await host.CountOrdersAsync(merchant));
        }
    }
}
