using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Sandbox;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.MerchantApi;

namespace Paypro.ServerTests.Signing;

/// <summary>The programs of docs/integrating/examples, run as their readers run them.</summary>
public sealed class ExamplesTests(ApiHosts hosts)
{
    private static string Folder => Path.Combine(Repository.Root, "docs", "integrating", "examples");

    /// <summary>At another port, for another country, with a value that ends in an equals sign and one that is empty.</summary>
    [Theory]
    [InlineData("bash", "sign.sh")]
    [InlineData("python3", "sign.py")]
    [InlineData("node", "sign.js")]
    public async Task ACallIsSignedForAnyPortAndCountry(string program, string script)
    {
        Assert.SkipUnless(ToolRun.Has(program), $"{program} is not here.");
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        var merchant = await host.AddMerchantAsync(0, "BR", new TestKey(SigningAlgorithm.Md5, "secret=of=the=test"));
        var run = await ToolRun.RunAsync(
            program,
            [
                Path.Combine(Folder, script), "/brz-pay/v1/paypro/payin", "tradeNo=br-1", "amount=300.50", "name=Maria", "identityType=CPF", "userIdentity=52998224725",
                "notifyUrl=https://merchant.example/notify?a=", "remark=x=y==", "email=",
            ],
            new Dictionary<string, string> { ["PAYPRO_URL"] = host.Http.BaseAddress!.ToString().TrimEnd('/'), ["PAYPRO_MERCHANT"] = merchant.NoText, ["PAYPRO_SECRET"] = merchant.Secret });

        Assert.Contains("0000", run.Output, StringComparison.Ordinal);
        Assert.Contains("x=y==", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheReceiverFindsTheKeyByItselfAndShowsAPageToThePayer()
    {
        Assert.SkipUnless(ToolRun.Has("python3"), "python3 is not here.");
        var port = FreePort.Take();
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        using var receiver = Process.Start(new ProcessStartInfo("python3", [Path.Combine(Folder, "receiver.py"), port.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true })!;
        try
        {
            Assert.Contains($"{port}", await receiver.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            using var http = new HttpClient { BaseAddress = address };
            foreach (var merchant in SandboxMerchants.Public)
            {
                Assert.Equal((HttpStatusCode.OK, "OK"), await TellAsync(http, merchant, merchant.Secret));
            }

            Assert.Equal((HttpStatusCode.BadRequest, "wrong signature"), await TellAsync(http, SandboxMerchants.All[0], "another"));
            Assert.Equal((HttpStatusCode.BadRequest, "wrong signature"), await TellAsync(http, SandboxMerchants.Hmac, "another"));
            var sign = HmacSignature.ForReturn("order-1", "0000", 1_728_609_377_476, Encoding.UTF8.GetBytes("sandbox-secret-id"));
            var back = await http.GetStringAsync(new Uri($"/back?tradeNo=order-1&status=0000&time=1728609377476&sign={sign}", UriKind.Relative));
            Assert.Contains("Order order-1: status 0000, signature right.", back, StringComparison.Ordinal);
            Assert.Contains("SIGNATURE WRONG", await http.GetStringAsync(new Uri($"/back?tradeNo=order-2&status=0000&time=1728609377476&sign={sign}", UriKind.Relative)), StringComparison.Ordinal);
        }
        finally
        {
            receiver.Kill();
            await receiver.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task<(HttpStatusCode, string)> TellAsync(HttpClient http, SandboxMerchant merchant, string secret)
    {
        var country = CountryCatalog.BuiltIn.FindCountry(merchant.Country)!;
        var view = new OrderView
        {
            TradeNo = "order-1", Number = "8f3kq0z7m2x4c6va", Status = "0000", Message = "SUCCESS", OrderAmountMinor = 30050, HeldMinor = 30050, Remark = "",
            CreatedAtMs = 1_728_609_277_476, SuccessAtMs = 1_728_609_377_476,
        };
        var told = Notification.Make(
            country, country.PayInNotification, view, merchant.Kind, Encoding.UTF8.GetBytes(secret), $"{merchant.No}", new Uri(http.BaseAddress!, "/notify"), 1_728_609_377_476);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/notify", UriKind.Relative)) { Content = new ByteArrayContent(told.Body) };
        if (told.SignatureHeader is { } header)
        {
            request.Headers.TryAddWithoutValidation(HmacSignature.HeaderName, header);
        }

        using var answer = await http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
