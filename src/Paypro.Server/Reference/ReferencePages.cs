using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Net.Http.Headers;
using Paypro.Protocol.Countries;
using Paypro.Server.Platform;
using Paypro.Server.Reference.Pages;
using Paypro.Server.Sandbox;

namespace Paypro.Server.Reference;

/// <summary>A document that is made once and served as it is.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="Tag">Changes when they do.</param>
internal sealed record ReferenceFile(byte[] Content, EntityTagHeaderValue Tag)
{
    public static ReferenceFile Of(byte[] content) => new(content, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..32]}\""));
}

/// <summary>Makes the documents and pages: what is the same for everybody once in a process, when it is first asked for.</summary>
internal sealed class ReferencePages(CountryCatalog countries, Installation installation, PayproOptions options, IServiceProvider services, ILoggerFactory loggers)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<ReferenceFile>>> files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<CountryReference>> described = new(StringComparer.Ordinal);

    /// <summary>Null on a live installation.</summary>
    private readonly Inboxes? inboxes = services.GetService<Inboxes>();

    /// <summary>The OpenAPI document of a segment; null when no country has it.</summary>
    public Task<ReferenceFile>? FindDocument(string segment) => FindCountry(segment) is { } country
        ? OnceAsync($"openapi/{country.Segment}", () => ReferenceDocument.WriteAsync(Describe(country), options.PublicUrl, CancellationToken.None))
        : null;

    /// <summary>The page of a segment; null when no country has it.</summary>
    public Task<ReferenceFile>? FindPage(string segment) => FindCountry(segment) is { } country
        ? OnceAsync($"docs/{country.Segment}", () => RenderAsync<CountryPage, CountryReference>(Describe(country)))
        : null;

    /// <summary>The page that leads to the countries.</summary>
    public Task<ReferenceFile> IndexAsync() => OnceAsync("docs", () => RenderAsync<IndexPage, IndexView>(new(countries.Countries, installation.IsSandbox)));

    /// <summary>The page about signing, by the first country's first call.</summary>
    public Task<ReferenceFile> SigningAsync() => OnceAsync("docs/signing", () =>
    {
        var reference = Describe(countries.Countries[0]);
        var operation = reference.Operations[0];
        var (body, defaults) = (CodeSamples.BodyOf(reference, operation), reference.Samples!);
        var hmac = reference.Merchant is null ? defaults : defaults with { Merchant = ExampleOf(SandboxMerchants.Hmac) };
        return RenderAsync<SigningPage, SigningView>(new(
            reference.Merchant, operation.Address, operation.Requests[0].Body, CodeSamples.Of(operation.Address, body, defaults), CodeSamples.Of(operation.Address, body, hmac, hmac: true)));
    });

    /// <summary>What the search field looks through: <c>[title, detail, address]</c> each.</summary>
    public Task<ReferenceFile> SearchAsync() => OnceAsync("docs/search", () => Task.FromResult(JsonSerializer.SerializeToUtf8Bytes(SearchIndex.Of(countries.Countries.Select(Describe)))));

    /// <summary>The first page of a sandbox. Its call has a number of its own each time.</summary>
    public Task<byte[]> StartAsync()
    {
        var steps = services.GetRequiredService<FirstSteps>();
        return RenderAsync<StartPage, StartView>(new(steps.Root, steps.Call(), steps.Merchants, steps.Reset, installation.Does("portals")));
    }

    public Task<byte[]> InboxAsync(string name) => RenderAsync<InboxPage, InboxView>(new(name, inboxes!.AddressOf(name), inboxes.Read(name)));

    /// <summary>What is told of a country on this installation.</summary>
    public CountryReference Describe(Country country) => described.GetOrAdd(country.IsoCode, _ => new Lazy<CountryReference>(() =>
    {
        var merchant = installation.IsSandbox ? ExampleOf(SandboxMerchants.Of(country)) : null;
        return ReferenceBuilder.Build(country, merchant) with
        {
            Inbox = inboxes?.AddressOf(Inboxes.Examples),
            Samples = new SampleDefaults(inboxes?.Root ?? options.PublicUrl!.TrimEnd('/'), merchant),
        };
    })).Value;

    private static ExampleMerchant ExampleOf(SandboxMerchant merchant) => new(merchant.No.ToString(CultureInfo.InvariantCulture), merchant.Secret);

    private Country? FindCountry(string segment) =>
        countries.Countries.FirstOrDefault(country => string.Equals(country.Segment, segment, StringComparison.OrdinalIgnoreCase));

    private Task<ReferenceFile> OnceAsync(string name, Func<Task<byte[]>> make) =>
        files.GetOrAdd(name, _ => new Lazy<Task<ReferenceFile>>(async () => ReferenceFile.Of(await make()))).Value;

    /// <summary>Renders a page's components to text; nothing of the framework reaches the browser.</summary>
    private async Task<byte[]> RenderAsync<TPage, TValue>(TValue value)
        where TPage : IComponent
    {
        await using var renderer = new HtmlRenderer(services, loggers);
        var parameters = ParameterView.FromDictionary(new Dictionary<string, object?>
        {
            [nameof(CascadingValue<>.Value)] = value,
            [nameof(CascadingValue<>.IsFixed)] = true,
            [nameof(CascadingValue<>.ChildContent)] = (RenderFragment)(builder =>
            {
                builder.OpenComponent<TPage>(0);
                builder.CloseComponent();
            }),
        });
        return await renderer.Dispatcher.InvokeAsync(async () =>
            Encoding.UTF8.GetBytes((await renderer.RenderComponentAsync<CascadingValue<TValue>>(parameters)).ToHtmlString()));
    }
}
