using System.Net;
using System.Text;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Sandbox;
using UglyToad.PdfPig;

namespace Paypro.ServerTests.Vouchers;

/// <summary>The proof of payment, from the signed call to the words on its page.</summary>
public sealed class VoucherTests(SandboxHosts hosts) : IClassFixture<SandboxHosts>
{
    private const string Path = "/v1/paypro/indonesia/query/voucher";
    private const string Segment = "/indonesia-pay/v1/paypro/";
    private const string MerchantNo = "1000000002", Secret = "sandbox-secret-id";

    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task APaidOrdersVoucherOpensForADay(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var merchant = new SignedClient(host.Http, MerchantNo, Secret);
        var number = await PayInAsync(host, merchant, "test_00000002");
        await host.SandboxAsync($"/sandbox/payins/{number}", """{"action":"pay","amount":"1000000","utr":"REF0001"}""");

        // The documented request, its sign in the header; our number instead of the merchant's; and the sign in the body.
        var answer = await PostWithHeaderAsync(host, "/indonesia-pay" + Path, "test_00000002");
        var byNumber = await PostWithHeaderAsync(host, Path, number);
        var inBody = await merchant.PostAsync(Path, ("tradeNo", "test_00000002"));

        Assert.Equal(("0000", "Voucher generation succeeded"), (answer.Code, answer["message"]));
        var url = new Uri(answer["url"]!);
        Assert.Matches($"^{host.Http.BaseAddress}voucher/{number}-[0-9]+-[0-9a-f]{{32}}\\.pdf$", url.AbsoluteUri);
        Assert.All((ApiAnswer[])[byNumber, inBody], other => Assert.Contains($"/voucher/{number}-", other["url"], StringComparison.Ordinal));

        using var response = await host.Http.GetAsync(url);
        Assert.Equal((HttpStatusCode.OK, "application/pdf"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Equal(("noindex, nofollow", "nosniff"), (response.Headers.GetValues("X-Robots-Tag").Single(), response.Headers.GetValues("X-Content-Type-Options").Single()));
        var text = TextOf(await response.Content.ReadAsByteArrayAsync());
        foreach (var expected in (string[])["Proof of payment", "IDR 1,000,000.00", "Toko Melati", MerchantNo, number, "test_00000002", "0000 SUCCESS", "QRIS", "REF0001", "Asia/Jakarta", "SANDBOX"])
        {
            Assert.Contains(expected, text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("kevin", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("6281245907765", text, StringComparison.Ordinal);
        using var head = await host.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, url));
        Assert.Equal((HttpStatusCode.OK, response.Content.Headers.ContentType), (head.StatusCode, head.Content.Headers.ContentType));

        host.Time.Pass(TimeSpan.FromHours(23));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, url));
        host.Time.Pass(TimeSpan.FromHours(1));
        Assert.Equal(HttpStatusCode.Gone, await StatusAsync(host, url));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task APayoutsVoucherHidesTheAccountAndEndsWhenTheMoneyComesBack(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var merchant = new SignedClient(host.Http, MerchantNo, Secret);
        var created = await merchant.PostAsync(
            Segment + "payOut",
            ("tradeNo", "out"), ("amount", 100_000), ("customerName", "kevin"), ("email", "kevin@example.com"), ("mobile", "6281245907765"),
            ("bankAccountNo", "5464438554636"), ("bankCode", "0002"), ("notifyUrl", "http://127.0.0.1:9/n"));
        var number = created["platFormTradeNo"]!;
        await host.UntilAsync(number, order => order.State == OrderState.Paid);

        var url = new Uri((await PostWithHeaderAsync(host, Path, "out"))["url"]!);
        var text = TextOf(await host.Http.GetByteArrayAsync(url));
        foreach (var expected in (string[])["Proof of payout", "IDR 100,000.00", "Bank Rakyat Indonesia", "****4636"])
        {
            Assert.Contains(expected, text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("54644", text, StringComparison.Ordinal);
        Assert.DoesNotContain("kevin", text, StringComparison.OrdinalIgnoreCase);

        await host.SandboxAsync($"/sandbox/payouts/{number}", """{"action":"return"}""");
        await host.UntilAsync(number, order => order.State == OrderState.Returned);
        Assert.Equal(HttpStatusCode.Gone, await StatusAsync(host, url));
        var refused = await PostWithHeaderAsync(host, Path, "out");
        Assert.Equal(("8000", "tradeNo: only a successful order has a voucher"), (refused.Code, refused.Message));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task OnlySuccessfulOrdersOfTheMerchantHaveOne(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var merchant = new SignedClient(host.Http, MerchantNo, Secret);
        await PayInAsync(host, merchant, "open");
        var outsider = await host.PayInAsync(300, "mexican");
        await host.SandboxAsync($"/sandbox/payins/{outsider.Number}", """{"action":"pay","amount":"300"}""");

        var open = await PostWithHeaderAsync(host, Path, "open");
        var unknown = await PostWithHeaderAsync(host, Path, "nobodys");
        var strange = await PostWithHeaderAsync(host, Path, outsider.Number);
        var unsigned = await SendAsync(host, Path, """{"timestamp":"1728613320708","tradeNo":"open"}""", sign: null);

        Assert.Equal(("8000", "tradeNo: only a successful order has a voucher"), (open.Code, open.Message));
        Assert.Equal(("8000", "tradeNo: no such order"), (unknown.Code, unknown.Message));
        Assert.Equal((unknown.Code, unknown.Message), (strange.Code, strange.Message));
        Assert.Equal("8000", unsigned.Code);
        Assert.StartsWith("sign: the merchant or its sign is wrong", unsigned.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAddressThatNobodyGaveOutOpensNothing()
    {
        await using var host = await SandboxHost.StartAsync(Engine.Sqlite, null, "--Paypro:VoucherHours=1");
        var merchant = new SignedClient(host.Http, MerchantNo, Secret);
        var number = await PayInAsync(host, merchant, "paid");
        await host.SandboxAsync($"/sandbox/payins/{number}", """{"action":"pay","amount":"1000000"}""");
        var url = (await PostWithHeaderAsync(host, Path, "paid"))["url"]!;
        var until = url.Split('-')[1];

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, new Uri(url)));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(host, new Uri(url.Replace(until, $"{until}0", StringComparison.Ordinal))));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(host, new Uri(host.Http.BaseAddress!, $"/voucher/{number}.pdf")));
        host.Time.Pass(TimeSpan.FromHours(1));
        Assert.Equal(HttpStatusCode.Gone, await StatusAsync(host, new Uri(url)));
    }

    [Fact]
    public async Task OneVoucherIsWrittenOnlySoOften()
    {
        await using var host = await SandboxHost.StartAsync(Engine.Sqlite, null, "--Paypro:RateLimits:PerOrderPerMinute=2");
        var number = await PayInAsync(host, new SignedClient(host.Http, MerchantNo, Secret), "test_00000002");
        await host.SandboxAsync($"/sandbox/payins/{number}", """{"action":"pay","amount":"1000000","utr":"REF0001"}""");
        var url = new Uri((await PostWithHeaderAsync(host, "/indonesia-pay" + Path, "test_00000002"))["url"]!);
        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests],
            new[] { await StatusAsync(host, url), await StatusAsync(host, url), await StatusAsync(host, url) });
    }

    private static async Task<string> PayInAsync(SandboxHost host, SignedClient merchant, string tradeNo)
    {
        var created = await merchant.PostAsync(
            Segment + "payIn",
            ("tradeNo", tradeNo), ("username", "kevin"), ("amount", 1_000_000), ("email", "kevin@example.com"), ("mobile", "6281245907765"),
            ("channelCode", "QRIS"), ("notifyUrl", "http://127.0.0.1:9/n"));
        Assert.True(created.Status == "0015", created.Text);
        return created["platFormTradeNo"]!;
    }

    private static Task<ApiAnswer> PostWithHeaderAsync(SandboxHost host, string path, string tradeNo)
    {
        var body = new FlatBody(("timestamp", "1728613320708"), ("tradeNo", tradeNo));
        return SendAsync(host, path, body.ToString(), body.Md5(Secret));
    }

    private static async Task<ApiAnswer> SendAsync(SandboxHost host, string path, string body, string? sign)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("merchantNo", MerchantNo);
        if (sign is not null)
        {
            request.Headers.Add("sign", sign);
        }

        using var response = await host.Http.SendAsync(request);
        return new ApiAnswer(response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static async Task<HttpStatusCode> StatusAsync(SandboxHost host, Uri url)
    {
        using var response = await host.Http.GetAsync(url);
        return response.StatusCode;
    }

    private static string TextOf(byte[] pdf)
    {
        using var document = PdfDocument.Open(pdf);
        return Assert.Single(document.GetPages()).Text;
    }
}
