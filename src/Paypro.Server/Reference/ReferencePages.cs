using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
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

/// <summary>Makes each country's document and page when they are first asked for, once in a process.</summary>
internal sealed class ReferencePages(CountryCatalog countries, Installation installation, PayproOptions options, IServiceProvider services, ILoggerFactory loggers)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<ReferenceFile>>> files = new(StringComparer.Ordinal);

    /// <summary>The OpenAPI document of a segment; null when no country has it.</summary>
    public Task<ReferenceFile>? FindDocument(string segment) => FindCountry(segment) is { } country
        ? OnceAsync($"openapi/{country.Segment}", () => ReferenceDocument.WriteAsync(Describe(country), options.PublicUrl, CancellationToken.None))
        : null;

    /// <summary>The page of a segment; null when no country has it.</summary>
    public Task<ReferenceFile>? FindPage(string segment) => FindCountry(segment) is { } country
        ? OnceAsync($"docs/{country.Segment}", () => RenderAsync<CountryPage, CountryReference>(Describe(country)))
        : null;

    /// <summary>The page that leads to the countries.</summary>
    public Task<ReferenceFile> IndexAsync() => OnceAsync("docs", () => RenderAsync<IndexPage, IReadOnlyList<Country>>(countries.Countries));

    /// <summary>What is told of a country on this installation.</summary>
    public CountryReference Describe(Country country) => ReferenceBuilder.Build(country, installation.IsSandbox ? MerchantOf(country) : null);

    private static ExampleMerchant MerchantOf(Country country)
    {
        var merchant = SandboxMerchants.All.First(merchant => merchant.Country == country.IsoCode);
        return new ExampleMerchant(merchant.No.ToString(CultureInfo.InvariantCulture), merchant.Secret);
    }

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
