using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Orders;
using Paypro.Server.Sandbox;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.MerchantApi;

namespace Paypro.ServerTests.Sandbox;

/// <summary>What a sandbox catches for a merchant's developer, checked as the merchant's program has to.</summary>
public sealed class InboxTests(ApiHosts hosts)
{
    private static readonly Country Mexico = CountryCatalog.BuiltIn.FindCountry("MX")!;

    [Fact]
    public async Task ANotificationIsShownAndItsSignatureIsCheckedStepByStep()
    {
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        var told = Told(SandboxMerchants.Of(Mexico), "http://shop.example/sandbox/inbox/md5");
        using var answer = await PostAsync(host, "md5", told.Body);
        var forged = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(told.Body).Replace("\"amount\":300", "\"amount\":900", StringComparison.Ordinal));
        using var second = await PostAsync(host, "md5", forged);

        Assert.Equal((HttpStatusCode.OK, "OK"), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        var messages = await ReadAsync(host, "md5");
        Assert.Equal([false, true], messages.Select(message => message.GetProperty("signatureIsRight").GetBoolean()));
        Assert.Equal(Encoding.UTF8.GetString(told.Body), messages[1].GetProperty("body").GetString());
        var page = WebUtility.HtmlDecode(await PageAsync(host, "/sandbox/inbox/md5"));
        Assert.Contains("The signature is right: it was made with the key of merchant 1000000001.", page, StringComparison.Ordinal);
        Assert.Contains("The signature is wrong", page, StringComparison.Ordinal);

        // The text with the key behind it, and both signatures.
        var sign = JsonNode.Parse(told.Body)!["sign"]!.GetValue<string>();
        Assert.Contains("tradeNo=order-1sandbox-secret-mx", page, StringComparison.Ordinal);
        Assert.Contains($"<code>{sign}</code>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheHeaderOfTheOtherKindIsCheckedWithThePath()
    {
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        var told = Told(SandboxMerchants.Hmac, "http://shop.example/sandbox/inbox/hmac");
        using var right = await PostAsync(host, "hmac", told.Body, told.SignatureHeader);
        using var elsewhere = await PostAsync(host, "hmac-2", told.Body, told.SignatureHeader);

        Assert.True((await ReadAsync(host, "hmac"))[0].GetProperty("signatureIsRight").GetBoolean());
        Assert.False((await ReadAsync(host, "hmac-2"))[0].GetProperty("signatureIsRight").GetBoolean());
        Assert.Contains("notify\n/sandbox/inbox/hmac\n1000000101\n", WebUtility.HtmlDecode(await PageAsync(host, "/sandbox/inbox/hmac")), StringComparison.Ordinal);
    }

    /// <summary>A merchant that the sandbox was not seeded with has a secret that is nobody's to show.</summary>
    [Fact]
    public async Task TheKeyOfAnotherMerchantIsNotTold()
    {
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        var merchant = await host.AddMerchantAsync();
        var created = (await merchant.CreateAsync("inbox-1")).Envelope.GetProperty("data").GetProperty("platFormTradeNo").GetString();
        using var answer = await PostAsync(host, "other", Encoding.UTF8.GetBytes($$"""{"platFormTradeNo":"{{created}}","sign":"00"}"""));

        var page = await PageAsync(host, "/sandbox/inbox/other");
        Assert.Contains($"Merchant {merchant.NoText} has no public key of this kind", page, StringComparison.Ordinal);
        Assert.DoesNotContain(merchant.Secret, page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no json", "The body is no flat JSON")]
    [InlineData("{\"a\":{}}", "The body is no flat JSON")]
    [InlineData("{\"a\":\"<script>\"}", "nobody signed it")]
    [InlineData("", "The body is no flat JSON")]
    public async Task WhateverComesIsShownAsText(string body, string verdict)
    {
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        using var answer = await PostAsync(host, "text", Encoding.UTF8.GetBytes(body));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var page = await PageAsync(host, "/sandbox/inbox/text");
        Assert.Contains(verdict, page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LittleIsKeptAndTheOldestGoesFirst()
    {
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        for (var i = 0; i <= Inboxes.MostMessages; i++)
        {
            using var answer = await PostAsync(host, "full", Encoding.UTF8.GetBytes($"{i}"));
        }

        var kept = await ReadAsync(host, "full");
        Assert.Equal((Inboxes.MostMessages, $"{Inboxes.MostMessages}", "1"), (kept.Count, kept[0].GetProperty("body").GetString(), kept[^1].GetProperty("body").GetString()));

        using var tooLong = await PostAsync(host, "full", new byte[16 * 1024 + 1]);
        using var badName = await PostAsync(host, "a.b", []);
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.NotFound), (tooLong.StatusCode, badName.StatusCode));
    }

    /// <summary>Of a class of its own, since the host's inboxes are shared with the other tests.</summary>
    [Fact]
    public async Task ManyInboxesAndADayAreForgotten()
    {
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        var time = new Payments.SettableTime();
        var inboxes = new Inboxes(host.The<OrderQueries>(), host.The<PageAddress>(), time);
        var request = new Microsoft.AspNetCore.Http.DefaultHttpContext().Request;
        for (var i = 0; i <= Inboxes.MostInboxes; i++)
        {
            await inboxes.TakeAsync($"n{i}", request, [], CancellationToken.None);
        }

        Assert.Equal((0, 1, 1), (inboxes.Read("n0").Count, inboxes.Read("n1").Count, inboxes.Read($"n{Inboxes.MostInboxes}").Count));
        time.Pass(Inboxes.KeptFor + TimeSpan.FromMilliseconds(1));
        Assert.Empty(inboxes.Read("n1"));
    }

    [Fact]
    public async Task ALiveInstallationHasNone()
    {
        var live = await hosts.LiveAsync(Engine.Sqlite);
        using var sent = await PostAsync(live, "docs", []);
        using var asked = await live.Http.GetAsync(new Uri("/sandbox/inbox/docs", UriKind.Relative));

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (sent.StatusCode, asked.StatusCode));
    }

    /// <summary>As the service itself tells a merchant.</summary>
    private static Notification Told(SandboxMerchant merchant, string notifyUrl) => Notification.Make(
        Mexico, Mexico.PayInNotification,
        new OrderView
        {
            TradeNo = "order-1", Number = "8f3kq0z7m2x4c6va", Status = "0000", Message = "SUCCESS", OrderAmountMinor = 300_00, HeldMinor = 300_00, Remark = "",
            CreatedAtMs = 1_728_609_277_476, SuccessAtMs = 1_728_609_377_476,
        },
        merchant.Kind, Encoding.UTF8.GetBytes(merchant.Secret), $"{merchant.No}", new Uri(notifyUrl), 1_728_609_377_476);

    private static async Task<HttpResponseMessage> PostAsync(ApiHost host, string name, byte[] body, string? header = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/sandbox/inbox/{name}", UriKind.Relative)) { Content = new ByteArrayContent(body) };
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation(HmacSignature.HeaderName, header);
        }

        return await host.Http.SendAsync(request);
    }

    private static async Task<List<JsonElement>> ReadAsync(ApiHost host, string name) =>
        (await host.Http.GetFromJsonAsync<List<JsonElement>>(new Uri($"/sandbox/inbox/{name}", UriKind.Relative)))!;

    private static async Task<string> PageAsync(ApiHost host, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        using var answer = await host.Http.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }
}
