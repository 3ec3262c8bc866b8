using System.Globalization;
using Paypro.Protocol.Countries;
using Paypro.Server.Storage;
using Paypro.ServerTests.Conformance;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.MerchantApi;
using Paypro.ServerTests.Payments;

namespace Paypro.ServerTests.Fuzz;

/// <summary>
/// Every operation of every country, called from the documents that the service hands out. Here a bounded share; for as long as one
/// likes with <c>eng/fuzz-api</c>: <c>PAYPRO_FUZZ_CALLS</c> and <c>PAYPRO_FUZZ_SEED</c>. The share is the same every time, so that nobody's
/// change is held up by what chance finds elsewhere.
/// </summary>
public sealed class ApiFuzzTests(ITestOutputHelper output)
{
    private static readonly string[] WithoutLimits =
    [
        "--Paypro:RateLimits:PerMerchantPerSecond=0", "--Paypro:RateLimits:PerAddressPerSecond=0", "--Paypro:RateLimits:WrongSignaturesPerMinute=0", "--Paypro:RateLimits:AccountChecksPerMinute=0",
    ];

    /// <summary>Without this the others could pass by finding nothing to call.</summary>
    [Fact]
    public async Task TheDocumentsNameEveryOperation()
    {
        await using var host = await ApiHost.StartAsync(Engine.Sqlite, _ => { }, WithoutLimits);
        var addresses = new List<string>();
        foreach (var country in DocumentedCall.Every().GroupBy(call => call.Country.Segment))
        {
            addresses.AddRange((await ApiDocument.FetchAsync(host.Http, country.Key)).Operations.Select(operation => operation.Address));
        }

        Assert.Equal(DocumentedCall.Every().Select(call => call.Address).Order(StringComparer.Ordinal), addresses.Order(StringComparer.Ordinal));
        Assert.True(addresses.Count > 70, $"{addresses.Count} operations");
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task WhateverIsSentTheAnswerFitsTheDocumentAndARefusalLeavesNothing(Engine engine)
    {
        var calls = Number("PAYPRO_FUZZ_CALLS", 500);
        var random = Seeded();
        await using var host = await ApiHost.StartAsync(engine, _ => { }, WithoutLimits);
        var (accepted, refused, problems) = (0, 0, new List<string>());
        var documented = DocumentedCall.Every().ToList();
        foreach (var country in documented.GroupBy(call => call.Country.Segment))
        {
            var fuzz = await CallFuzz.OfAsync(host, country.First().Country, random);
            foreach (var operation in fuzz.Document.Operations)
            {
                await fuzz.SendExamplesAsync(operation, country.Single(call => call.Address == operation.Address).Operation.Creates);
                for (var i = 0; i < calls / documented.Count; i++)
                {
                    await fuzz.SendMutationAsync(operation);
                }
            }

            (accepted, refused) = (accepted + fuzz.Accepted, refused + fuzz.Refused);
            problems.AddRange(fuzz.Problems);
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{accepted} accepted, {refused} refused"));
        Assert.True(problems.Count == 0, $"{problems.Count} problems\n{string.Join('\n', problems.Take(40))}");

        // Chance that only ever finds one of the two proves nothing.
        Assert.True(accepted > documented.Count && refused > documented.Count, $"{accepted} accepted, {refused} refused");
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task WhateverTheOrderOfTheCallsWhatWasAnsweredStays(Engine engine)
    {
        var steps = Number("PAYPRO_FUZZ_CALLS", 500) / 2 / CountryCatalog.BuiltIn.Countries.Count;
        var random = Seeded();
        await using var host = await ApiHost.StartAsync(engine, _ => { }, WithoutLimits);
        var (made, problems) = (new List<KeyValuePair<string, int>>(), new List<string>());
        foreach (var segment in DocumentedCall.Segments)
        {
            var story = await OrderStory.OfAsync(host, DocumentedCall.FindCountry(segment.Data), random);
            for (var step = 0; step < steps; step++)
            {
                await story.StepAsync();
            }

            made.AddRange(story.Steps);
            problems.AddRange(story.Problems);
        }

        var kinds = made.GroupBy(step => step.Key, step => step.Value).ToDictionary(kind => kind.Key, kind => kind.Sum());
        output.WriteLine(string.Join(", ", kinds.Select(kind => $"{kind.Key} {kind.Value}")));
        Assert.True(problems.Count == 0, $"{problems.Count} problems\n{string.Join('\n', problems.Take(40))}");
        Assert.Equal(6, kinds.Count);
        await LedgerAudit.AssertSoundAsync(host.The<IContexts>());
    }

    /// <summary>The check by the documents has teeth: an answer with anything wrong is noticed.</summary>
    [Fact]
    public async Task AnAnswerThatTheDocumentDoesNotKnowIsNoticed()
    {
        await using var host = await ApiHost.StartAsync(Engine.Sqlite, _ => { }, WithoutLimits);
        var merchant = await host.AddMerchantAsync();
        var operation = (await ApiDocument.FetchAsync(host.Http, "mex-pay")).Operations.Single(operation => operation.Address == TestMerchant.PayIn);
        var right = await merchant.CreateAsync("checked");

        Assert.Equal("", operation.CheckAnswer(right));
        foreach (var wrong in (ApiAnswer[])
        [
            right with { Http = System.Net.HttpStatusCode.InternalServerError },
            right with { Http = System.Net.HttpStatusCode.GatewayTimeout },
            right with { Text = right.Text[..^1] },
            right with { Text = right.Text.Replace("\"success\":true", "\"success\":\"true\"", StringComparison.Ordinal) },
            right with { Text = right.Text.Replace("\"platFormTradeNo\"", "\"platformTradeNo\"", StringComparison.Ordinal) },
            right with { Text = right.Text.Replace("\"0000\"", "\"9999\"", StringComparison.Ordinal) },
        ])
        {
            Assert.NotEqual("", operation.CheckAnswer(wrong));
        }

        Assert.True(operation.Forbids("""{"timestamp":"1728609257212"}"""));
    }

    private Random Seeded()
    {
        var seed = Number("PAYPRO_FUZZ_SEED", 1);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Seed {seed}"));
#pragma warning disable CA5394 // Chance, not secrecy: the seed is printed so that a run can be looked at again.
        return new Random(seed);
#pragma warning restore CA5394
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
