using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Net.Http.Headers;

namespace Paypro.Server.Checkout.Texts;

/// <summary>Which texts a payer reads.</summary>
internal static class Languages
{
    private const string Prefix = "texts/";

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Tags that browsers still send for languages that have another one by now.</summary>
    private static readonly Dictionary<string, string> Former = new(StringComparer.OrdinalIgnoreCase) { ["tl"] = "fil", ["in"] = "id" };

    /// <summary>By tag.</summary>
    public static IReadOnlyDictionary<string, PageTexts> All { get; } = typeof(Languages).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name != Prefix + "regions.json")
        .Select(name => Read<PageTexts>(name))
        .ToDictionary(texts => texts.Language);

    /// <summary>By country.</summary>
    public static IReadOnlyDictionary<string, Region> Regions { get; } = Read<Dictionary<string, Region>>(Prefix + "regions.json");

    /// <summary>English is for everybody whose own language we do not have.</summary>
    public static PageTexts English => All["en"];

    /// <summary>The languages offered in a country; without a country, all of them.</summary>
    public static IReadOnlyList<PageTexts> Of(string? country) =>
        country is not null && Regions.TryGetValue(country, out var region) ? [.. region.Languages.Select(tag => All[tag])] : [English, .. All.Values.Where(texts => texts != English)];

    /// <summary>The payer's own wish goes before what the browser prefers, and that before what the country usually reads.</summary>
    /// <param name="country">ISO 3166 code; null where no order is known.</param>
    /// <param name="wish">The tag in the page's address.</param>
    /// <param name="accepted">The browser's <c>Accept-Language</c>, as far as it could be read.</param>
    public static PageTexts Choose(string? country, string? wish, IEnumerable<StringWithQualityHeaderValue> accepted)
    {
        var offered = Of(country);
        if (Wished(country, wish) is { } wished)
        {
            return wished;
        }

        foreach (var one in accepted.OrderByDescending(a => a.Quality ?? 1))
        {
            var tag = one.Value.Value ?? "";
            var main = tag.Split('-')[0];
            main = Former.GetValueOrDefault(main, main);
            if (one.Quality != 0
                && (offered.FirstOrDefault(texts => texts.Language.Equals(tag, StringComparison.OrdinalIgnoreCase))
                    ?? offered.FirstOrDefault(texts => texts.Language.Split('-')[0].Equals(main, StringComparison.OrdinalIgnoreCase))) is { } found)
            {
                return found;
            }
        }

        return offered[0];
    }

    /// <summary>The language that the address asks for, where the country offers it.</summary>
    public static PageTexts? Wished(string? country, string? wish) => wish is null ? null : Of(country).FirstOrDefault(texts => texts.Language == wish);

    private static T Read<T>(string name)
    {
        using var stream = typeof(Languages).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The program was built without {name}.");
        return JsonSerializer.Deserialize<T>(stream, Strict) ?? throw new InvalidOperationException($"{name} is empty.");
    }
}
