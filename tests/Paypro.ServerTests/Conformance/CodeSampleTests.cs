using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Reference;
using Paypro.Server.Sandbox;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.MerchantApi;

namespace Paypro.ServerTests.Conformance;

/// <summary>
/// Every program that the pages show beside a call, run as it stands: those of one language in one process, since starting four hundred would take
/// minutes. Languages whose interpreter is not here are skipped; all are made from the same members by the same rules.
/// </summary>
public sealed class CodeSampleTests(ApiHosts hosts) : IDisposable
{
    /// <summary>For each language the program that runs all the files that follow, one after the other.</summary>
    private static readonly Dictionary<string, (string Program, string Ending, string[] Arguments)> Runners = new()
    {
        ["curl"] = ("bash", ".sh", ["-c", "for f in \"$@\"; do bash \"$f\"; echo; done", "run"]),
        ["javascript"] = ("node", ".mjs", ["--input-type=module", "-e", "for (const f of process.argv.slice(1)) { await import(f); }"]),
        ["python"] = ("python3", ".py", ["-c", "import runpy, sys\nfor f in sys.argv[1:]: runpy.run_path(f)"]),
        ["php"] = ("php", ".php", ["-r", "foreach (array_slice($argv, 1) as $f) { (function () use ($f) { include $f; })(); }", "--"]),
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("paypro-samples-").FullName;

    public static TheoryData<string> Languages => [.. Runners.Keys];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task EverySampleIsAccepted(string language)
    {
        Assert.SkipUnless(ToolRun.Has(Runners[language].Program), $"{Runners[language].Program} is not here.");
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        var url = host.Http.BaseAddress!.ToString().TrimEnd('/');
        var problems = new List<string>();
        var runs = 0;
        foreach (var country in CountryCatalog.BuiltIn.Countries)
        {
            // A merchant of its own, whose key has what a shell and a language give a meaning to.
            var merchant = await host.AddMerchantAsync(1_000_000_00, country.IsoCode, new TestKey(SigningAlgorithm.Md5, "secret-of-the-'sample'"));
            await host.AddSubMerchantAsync(merchant, SandboxMerchants.SubMerchant);
            var document = await CountryDocument.OfAsync(country);
            var files = await WriteAsync(document.Reference, language, new SampleDefaults(url, new ExampleMerchant(merchant.NoText, "wrong")));
            var run = await RunAsync(language, files, url, merchant.NoText, merchant.Secret);
            var answers = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            problems.AddRange(document.Reference.Operations.Count == answers.Length
                ? document.Reference.Operations.Zip(answers).Select(pair => ProblemOf(pair.First, pair.Second)).OfType<string>()
                : [$"{country.Name}: {run.Output}"]);
            runs += answers.Length;
        }

        Assert.Equal("", string.Join('\n', problems));
        Assert.True(runs > 90, $"{runs} samples prove nothing.");
    }

    /// <summary>Beside MD5: what the page about signing shows for the other kind of key.</summary>
    [Theory]
    [MemberData(nameof(Languages))]
    public async Task ASampleForAnHmacKeyIsAccepted(string language)
    {
        Assert.SkipUnless(ToolRun.Has(Runners[language].Program) && (language != "curl" || ToolRun.Has("openssl")), $"{Runners[language].Program} is not here, or openssl.");
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        var url = host.Http.BaseAddress!.ToString().TrimEnd('/');
        var merchant = await host.AddMerchantAsync(0, "MX", new TestKey(SigningAlgorithm.HmacSha256, "secret-of-the-sample-hmac-kind"));
        var document = await CountryDocument.OfAsync(CountryCatalog.BuiltIn.FindCountry("MX")!);
        var file = Path.Combine(_folder, "hmac" + Runners[language].Ending);
        await File.WriteAllTextAsync(file, SampleOf(document.Reference, document.Reference.Operations[0], language, new SampleDefaults(url, null), hmac: true));

        var run = await RunAsync(language, [file], url, merchant.NoText, merchant.Secret);

        Assert.Contains("\"code\":\"0000\"", run.Output, StringComparison.Ordinal);
    }

    /// <summary>Compiling takes seconds, and what differs between two C# samples is text in quotation marks.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ACSharpSampleCompilesAndIsAccepted(bool hmac)
    {
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        var merchant = await host.AddMerchantAsync(0, "MX", new TestKey(hmac ? SigningAlgorithm.HmacSha256 : SigningAlgorithm.Md5, "secret-of-the-sample-of-either-kind"));
        var document = await CountryDocument.OfAsync(CountryCatalog.BuiltIn.FindCountry("MX")!);
        var file = Path.Combine(_folder, "sample.cs");
        var sample = SampleOf(document.Reference, document.Reference.Operations[0], "csharp", new SampleDefaults(host.Http.BaseAddress!.ToString().TrimEnd('/'), new ExampleMerchant(merchant.NoText, merchant.Secret)), hmac);

        // A file that is run by itself is made ready for native code, which a project is not; that forbids the serializer to look at types.
        await File.WriteAllTextAsync(file, "#:property PublishAot=false\n" + sample);
        var run = await ToolRun.RunAsync("dotnet", ["run", file]);

        Assert.Contains("\"code\":\"0000\"", run.Output, StringComparison.Ordinal);
    }

    private async Task<List<string>> WriteAsync(CountryReference reference, string language, SampleDefaults defaults)
    {
        var files = new List<string>();
        foreach (var operation in reference.Operations)
        {
            files.Add(Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{reference.Country.Segment}-{files.Count}{Runners[language].Ending}")));
            await File.WriteAllTextAsync(files[^1], SampleOf(reference, operation, language, defaults));
        }

        return files;
    }

    private static string SampleOf(CountryReference reference, OperationReference operation, string language, SampleDefaults defaults, bool hmac = false) =>
        CodeSamples.Of(operation.Address, CodeSamples.BodyOf(reference, operation), defaults, hmac).Single(sample => sample.Language == language).Text;

    private static Task<ToolRun> RunAsync(string language, List<string> files, string url, string merchant, string secret) => ToolRun.RunAsync(
        Runners[language].Program, [.. Runners[language].Arguments, .. files],
        new Dictionary<string, string> { ["PAYPRO_URL"] = url, ["PAYPRO_MERCHANT"] = merchant, ["PAYPRO_SECRET"] = secret });

    /// <summary>What is created is accepted; what asks may find nothing to ask about, but is understood and signed rightly.</summary>
    private static string? ProblemOf(OperationReference operation, string answer)
    {
        var (code, message) = Read(answer);
        var isRight = operation.Operation.Creates ? code == "0000" : code == "0000" || (code == "8000" && !message.StartsWith("sign", StringComparison.Ordinal));
        return isRight ? null : $"{operation.Address}: {answer}";
    }

    private static (string Code, string Message) Read(string answer)
    {
        try
        {
            var json = JsonNode.Parse(answer)!;
            return (json["code"]!.GetValue<string>(), json["msg"]!.GetValue<string>());
        }
        catch (JsonException)
        {
            return ("", answer);
        }
    }
}
