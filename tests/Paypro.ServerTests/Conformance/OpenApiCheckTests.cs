using System.Text.Json;
using System.Text.Json.Nodes;
using Paypro.Protocol.Countries;
using Paypro.Server.Operator;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.MerchantApi;

namespace Paypro.ServerTests.Conformance;

/// <summary>The documents as others read them: the linters' recommended rules, and a generator of types whose result compiles and calls the sandbox.</summary>
public sealed class OpenApiCheckTests(ApiHosts hosts) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("paypro-openapi-").FullName;

    private static string Tools => Path.Combine(Repository.Root, "eng", "openapi");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task RedoclyAndSpectralFindNothing()
    {
        RequireTools();
        await FetchAsync(await hosts.SandboxAsync(Engine.Sqlite));
        var live = await hosts.LiveAsync(Engine.Sqlite);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "live.json"), await live.Http.GetByteArrayAsync(new Uri("/openapi/mex-pay.json", UriKind.Relative)));

        await File.WriteAllBytesAsync(Path.Combine(_folder, "operator.json"), OperatorOpenApi.Make());

        var run = await ToolRun.RunAsync("node", [Path.Combine(Tools, "check.mjs"), _folder]);

        Assert.Equal((0, "14 documents, 0 findings"), (run.ExitCode, run.Output.Trim()));
    }

    /// <summary>A check that finds nothing in anything would pass as well.</summary>
    [Fact]
    public async Task BothLintersFindWhatIsWrong()
    {
        RequireTools();
        var document = await CountryDocument.OfAsync(DocumentedCall.FindCountry("vietnam-pay"));
        var broken = JsonNode.Parse(document.Text)!;
        broken["info"]!.AsObject().Remove("license");
        broken["info"]!.AsObject().Remove("contact");
        await File.WriteAllTextAsync(Path.Combine(_folder, "broken.json"), broken.ToJsonString());

        var run = await ToolRun.RunAsync("node", [Path.Combine(Tools, "check.mjs"), _folder]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("(Redocly info-license", run.Output, StringComparison.Ordinal);
        Assert.Contains("(Spectral info-contact", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GeneratedTypesCompileAndCallTheSandbox()
    {
        RequireTools();
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        await FetchAsync(host);
        var merchants = CountryCatalog.BuiltIn.Countries.ToDictionary(country => country.Segment, country => CountryDocument.MerchantOf(country) is var merchant
            ? new { number = merchant.Number, secret = merchant.Secret } : null);

        var run = await ToolRun.RunAsync(
            "node", [Path.Combine(Tools, "types.mjs"), _folder, host.Http.BaseAddress!.ToString().TrimEnd('/'), JsonSerializer.Serialize(merchants)]);

        Assert.Equal((0, "12 countries, 0 problems"), (run.ExitCode, run.Output.Trim()));
    }

    private static void RequireTools() => Assert.SkipUnless(
        ToolRun.Has("node") && File.Exists(Path.Combine(Tools, "node_modules", "installed-lock.json")), "Node.js or the packages of eng/openapi are not here; eng/openapi/prepare installs them.");

    private async Task FetchAsync(ApiHost host)
    {
        foreach (var country in CountryCatalog.BuiltIn.Countries)
        {
            var name = $"{country.Segment}.json";
            await File.WriteAllBytesAsync(Path.Combine(_folder, name), await host.Http.GetByteArrayAsync(new Uri($"/openapi/{name}", UriKind.Relative)));
        }
    }
}
