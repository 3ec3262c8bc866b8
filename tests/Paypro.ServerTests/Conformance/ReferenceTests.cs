using System.Net;
using System.Net.Http.Headers;
using Microsoft.OpenApi;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.MerchantApi;

namespace Paypro.ServerTests.Conformance;

/// <summary>The documents under <c>/openapi</c> and the pages under <c>/docs</c> as a running service serves them.</summary>
public sealed class ReferenceTests(ApiHosts hosts)
{
    [Theory]
    [MemberData(nameof(DocumentedCall.Segments), MemberType = typeof(DocumentedCall))]
    public async Task ADocumentIsValidAndHasEveryOperation(string segment)
    {
        var country = DocumentedCall.FindCountry(segment);
        foreach (var host in (ApiHost[])[await hosts.SandboxAsync(Engine.Sqlite), await hosts.LiveAsync(Engine.Sqlite)])
        {
            using var stream = new MemoryStream(await host.Http.GetByteArrayAsync(new Uri($"/openapi/{segment}.json", UriKind.Relative)));
            var (document, diagnostic) = await OpenApiDocument.LoadAsync(stream, "json");

            Assert.Empty(diagnostic!.Errors);
            Assert.Empty(diagnostic.Warnings);
            Assert.Equal(OpenApiSpecVersion.OpenApi3_1, diagnostic.SpecificationVersion);
            Assert.Equal(country.Operations.Select(operation => $"/{segment}{operation.Path}"), document!.Paths.Select(path => path.Key));
            Assert.Equal(["payInResult", "payoutResult", "refundResult"], document.Webhooks!.Select(hook => hook.Key));
            var answers = document.Paths.Values.SelectMany(path => path.Operations!.Values).Select(operation => operation.Responses!.Keys.Order());
            Assert.All(answers, statuses => Assert.Equal(["200", "403", "404", "405", "413", "415", "429", "503", "504"], statuses));
        }
    }

    [Theory]
    [MemberData(nameof(DocumentedCall.Segments), MemberType = typeof(DocumentedCall))]
    public async Task TheExamplesInADocumentFitItsSchemas(string segment)
    {
        var document = await CountryDocument.OfAsync(DocumentedCall.FindCountry(segment));
        var problems = new List<string>();
        foreach (var operation in document.Reference.Operations)
        {
            problems.Add(await document.CheckAnswerAsync(operation, operation.Answer.ToJsonString()));
            foreach (var request in operation.Requests)
            {
                problems.Add(await document.CheckRequestAsync(operation, request.Body.ToJsonString()));
            }
        }

        foreach (var notification in document.Reference.Notifications)
        {
            problems.Add(await document.CheckNotificationAsync(notification));
        }

        Assert.Equal("", string.Concat(problems));
    }

    /// <summary>A schema that took everything would be of no use.</summary>
    [Theory]
    [MemberData(nameof(DocumentedCall.Segments), MemberType = typeof(DocumentedCall))]
    public async Task ASchemaRefusesWhatIsMissingOrTooLong(string segment)
    {
        var document = await CountryDocument.OfAsync(DocumentedCall.FindCountry(segment));
        foreach (var operation in document.Reference.Operations.Where(operation => operation.Operation.Creates))
        {
            var missing = operation.Requests[0].Body.DeepClone().AsObject();
            missing.Remove("amount");
            var tooLong = operation.Requests[0].Body.DeepClone().AsObject();
            tooLong["tradeNo"] = new string('x', 129);

            Assert.Contains("PropertyRequired", await document.CheckRequestAsync(operation, missing.ToJsonString()), StringComparison.Ordinal);
            Assert.Contains("StringTooLong", await document.CheckRequestAsync(operation, tooLong.ToJsonString()), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/openapi/{0}.json", "application/json")]
    [InlineData("/docs/{0}", "text/html")]
    [InlineData("/docs", "text/html")]
    public async Task WhatIsServedIsMadeOnceAndKept(string form, string type)
    {
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        foreach (var country in Protocol.Countries.CountryCatalog.BuiltIn.Countries)
        {
            var address = new Uri(string.Format(System.Globalization.CultureInfo.InvariantCulture, form, country.Segment.ToUpperInvariant()), UriKind.Relative);
            using var first = await host.Http.GetAsync(address);
            using var question = new HttpRequestMessage(HttpMethod.Get, address);
            question.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(first.Headers.ETag!.Tag));
            using var second = await host.Http.SendAsync(question);

            Assert.Equal((HttpStatusCode.OK, type), (first.StatusCode, first.Content.Headers.ContentType!.MediaType));
            Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
            Assert.Contains("default-src 'none'", first.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task WhatIsNotThereIsNotFound()
    {
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        foreach (var address in (string[])["/openapi/nowhere.json", "/docs/nowhere", "/docs/assets/nowhere.css"])
        {
            using var answer = await host.Http.GetAsync(new Uri(address, UriKind.Relative));
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    /// <summary>With a key of the kind HMAC-SHA256 there is no sign in the body, and its header is one of two ways to be let in.</summary>
    [Theory]
    [MemberData(nameof(DocumentedCall.Segments), MemberType = typeof(DocumentedCall))]
    public async Task SignIsForMd5KeysAlone(string segment)
    {
        var document = await CountryDocument.OfAsync(DocumentedCall.FindCountry(segment));
        var json = System.Text.Json.Nodes.JsonNode.Parse(document.Text)!;
        foreach (var operation in document.Reference.Operations)
        {
            var body = operation.Requests[0].Body.DeepClone().AsObject();
            body.Remove("sign");

            Assert.Equal("", await document.CheckRequestAsync(operation, body.ToJsonString()));
            var ways = json["paths"]![operation.Address]!["post"]!["security"]!.AsArray().Select(way => string.Join('+', way!.AsObject().Select(scheme => scheme.Key)));
            Assert.Equal(["merchantNo", "merchantNo+signatureHeader"], ways);
        }
    }

    /// <summary>The greatest amount that can be computed with is no limit of a way.</summary>
    [Theory]
    [MemberData(nameof(DocumentedCall.Segments), MemberType = typeof(DocumentedCall))]
    public async Task ALimitOfAWayIsOneThatAReaderCanUse(string segment)
    {
        var page = await TextAsync(await hosts.SandboxAsync(Engine.Sqlite), segment);
        var ways = page[page.IndexOf("id=\"ways\"", StringComparison.Ordinal)..];

        Assert.Contains(" from ", ways, StringComparison.Ordinal);
        Assert.DoesNotMatch("to [0-9,]{14,}", ways);
    }

    /// <summary>Indonesia's page ignores a way without its group; its document must not forbid what is taken.</summary>
    [Fact]
    public async Task WhatIsIgnoredIsNotForbidden()
    {
        var country = DocumentedCall.FindCountry("indonesia-pay");
        var document = await CountryDocument.OfAsync(country);
        var operation = document.Reference.Operations.Single(o => o.Operation.WayNeedsChannel);
        var body = operation.Requests[0].Body.DeepClone().AsObject();
        (body["wayCode"], _) = ("no such way", body.Remove("channelCode"));

        Assert.Equal("", await document.CheckRequestAsync(operation, body.ToJsonString()));
        body["channelCode"] = "no such channel";
        Assert.NotEqual("", await document.CheckRequestAsync(operation, body.ToJsonString()));
    }

    [Theory]
    [MemberData(nameof(DocumentedCall.Segments), MemberType = typeof(DocumentedCall))]
    public async Task ALivePageSendsNothingAndTellsNoKey(string segment)
    {
        var secret = CountryDocument.MerchantOf(DocumentedCall.FindCountry(segment)).Secret;
        var sandbox = await TextAsync(await hosts.SandboxAsync(Engine.Sqlite), segment);
        var live = await TextAsync(await hosts.LiveAsync(Engine.Sqlite), segment);

        Assert.Contains(secret, sandbox, StringComparison.Ordinal);
        Assert.Contains("/docs/assets/try-", sandbox, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, live, StringComparison.Ordinal);
        Assert.DoesNotContain("/docs/assets/try-", live, StringComparison.Ordinal);
        Assert.DoesNotContain("<form", live, StringComparison.Ordinal);
    }

    private static Task<string> TextAsync(ApiHost host, string segment) => host.Http.GetStringAsync(new Uri($"/docs/{segment}", UriKind.Relative));
}
