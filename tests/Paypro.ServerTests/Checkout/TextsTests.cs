using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using CsCheck;
using Microsoft.Net.Http.Headers;
using Paypro.Protocol.Countries;
using Paypro.Server.Checkout;
using Paypro.Server.Checkout.Texts;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Checkout;

/// <summary>The page's texts, as their files have them.</summary>
public sealed partial class TextsTests
{
    /// <summary>Members that differ from language to language on purpose.</summary>
    private static readonly string[] Free = ["zones", "ways", "banks", "rightToLeft"];

    public static TheoryData<string> Tags => [.. Languages.All.Keys];

    [Theory]
    [MemberData(nameof(Tags))]
    public void NoTextIsMissingAndPlaceholdersAgree(string tag)
    {
        var english = Read("en").ToDictionary(t => t.Path, t => t.Text);
        var other = Read(tag).ToDictionary(t => t.Path, t => t.Text);
        Assert.Equal(english.Keys.Order(StringComparer.Ordinal), other.Keys.Order(StringComparer.Ordinal));
        foreach (var (path, text) in english)
        {
            Assert.True((text.Length == 0) == (other[path].Length == 0), $"{tag}: {path} is empty.");
            if (path != "moment")
            {
                Assert.Equal(Placeholders(text), Placeholders(other[path]));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Tags))]
    public void EveryStateKindAndZoneHasItsWords(string tag)
    {
        var texts = Languages.All[tag];
        Assert.All(Enum.GetValues<PageState>(), state => Assert.NotEmpty(texts.Says(state, inTime: true).Title));
        Assert.All(Enum.GetValues<PageState>(), state => Assert.NotEmpty(texts.Says(state, inTime: false).Title));
        Assert.NotEmpty(texts.NotFound.Title);
        Assert.NotEmpty(texts.Busy.Title);
        Assert.Equal(Kinds().Order(StringComparer.Ordinal), texts.Kinds.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((12, 2), (texts.Months.Count, texts.Halves.Count));
        Assert.All(Languages.Regions.Where(r => r.Value.Languages.Contains(tag)), region => Assert.True(texts.Zones.ContainsKey(region.Key), $"{tag}: no zone for {region.Key}."));
        Assert.All(texts.Ways.Keys, key => Assert.NotNull(CountryCatalog.BuiltIn.FindCountry(key.Split('.')[0])?.FindWay(key.Split('.', 2)[1])));
        Assert.Equal(tag is "ar" or "ur", texts.RightToLeft);
    }

    [Fact]
    public void EveryCountryHasItsRegionAndEnglish()
    {
        Assert.All(CountryCatalog.BuiltIn.Countries, country => Assert.Contains("en", Languages.Regions[country.IsoCode].Languages));
        Assert.All(Languages.Regions.Values.SelectMany(region => region.Languages), tag => Assert.True(Languages.All.ContainsKey(tag), tag));
    }

    [Theory]
    [InlineData("MX", null, "", "es-MX")]
    [InlineData("MX", null, "en-GB,en;q=0.9", "en")]
    [InlineData("MX", null, "fr,es-419;q=0.8,en;q=0.7", "es-MX")]
    [InlineData("MX", "en", "es-MX", "en")]
    [InlineData("MX", "ko", "de", "es-MX")]
    [InlineData("KE", null, "sw-KE", "sw")]
    [InlineData("PH", null, "tl", "fil")]
    [InlineData("IN", null, "bn-IN,hi;q=0.5", "bn")]
    [InlineData("IN", null, "bn;q=0,hi;q=0.5,en;q=0.6", "en")]
    [InlineData("NG", null, "fr", "en")]
    [InlineData(null, null, "pt-PT", "pt-BR")]
    [InlineData(null, null, "fr", "en")]
    public void TheLanguageIsTheWishThenTheBrowsersThenTheCountrys(string? country, string? wish, string accepted, string tag)
    {
        var values = accepted.Length == 0 ? [] : StringWithQualityHeaderValue.ParseList([accepted]);
        Assert.Equal(tag, Languages.Choose(country, wish, values).Language);
    }

    [Theory]
    [InlineData("MX", "es-MX", 123456789, "$1,234,567.89 MXN")]
    [InlineData("ID", "id", 130000000, "Rp1.300.000")]
    [InlineData("ID", "en", 130000050, "Rp1.300.000,50")]
    [InlineData("VN", "vi", 1300000, "1.300.000 ₫")]
    [InlineData("IN", "hi", 1234567800, "₹1,23,45,678.00")]
    [InlineData("BR", "pt-BR", 123456, "R$ 1.234,56")]
    [InlineData("KR", "ko", 13000, "13,000원")]
    [InlineData("KR", "en", 13000, "₩13,000")]
    [InlineData("EG", "ar", 123456, "1,234.56 ج.م.")]
    [InlineData("KE", "sw", 30000, "KSh 300")]
    public void MoneyIsWrittenAsTheCountryWritesIt(string country, string tag, long minor, string text) =>
        Assert.Equal(text, Languages.Regions[country].Write(minor, CountryCatalog.BuiltIn.FindCountry(country)!.Currency, tag));

    [Theory]
    [InlineData("MX", "es-MX", "5 de marzo de 2026, 13:07 h (hora del centro de México)")]
    [InlineData("MX", "en", "5 March 2026, 1:07 pm (Mexico City time)")]
    [InlineData("KR", "ko", "2026년 3월 6일 오전 4:07 (한국 시간)")]
    [InlineData("VN", "vi", "02:07, 6 tháng 3, 2026 (giờ Việt Nam)")]
    [InlineData("PH", "fil", "Marso 6, 2026, 3:07 AM (oras sa Pilipinas)")]
    public void TimeIsWrittenAsTheCountryWritesIt(string country, string tag, string text)
    {
        var moment = new DateTimeOffset(2026, 3, 5, 19, 7, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        Assert.Equal(text, Languages.All[tag].When(moment, country, CountryCatalog.BuiltIn.FindCountry(country)!.TimeZone));
    }

    /// <summary>Whatever colour a merchant chooses, text in it and on it can be read.</summary>
    [Fact]
    public void EveryBrandColourKeepsItsContrast() => Gen.Int[0, 0xffffff].Sample(colour =>
    {
        var css = BrandStyle.Of($"#{colour:x6}");
        var used = Colours().Matches(css).Select(m => int.Parse(m.ValueSpan[1..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))
            .Select(n => new Rgb(n >> 16, (n >> 8) & 255, n & 255)).ToList();
        Assert.Equal(4, used.Count);
        Assert.True(BrandStyle.Contrast(used[0], Rgb.White) >= 4.5 && BrandStyle.Contrast(used[0], used[1]) >= 4.5, css);
        Assert.True(BrandStyle.Contrast(used[2], new Rgb(0x21, 0x2c, 0x36)) >= 4.5 && BrandStyle.Contrast(used[2], used[3]) >= 4.5, css);
    });

    private static IEnumerable<string> Kinds() =>
        typeof(InstructionKinds).GetFields().Select(field => (string)field.GetValue(null)!);

    private static IEnumerable<string> Placeholders(string text) => Braces().Matches(text).Select(m => m.Value).Distinct().Order(StringComparer.Ordinal);

    private static IEnumerable<(string Path, string Text)> Read(string tag)
    {
        var path = Path.Combine(Repository.Root, "src", "Paypro.Server", "Checkout", "Texts", $"{tag}.json");
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        return [.. document.RootElement.EnumerateObject().Where(member => !Free.Contains(member.Name)).SelectMany(member => Walk(member.Name, member.Value))];
    }

    private static IEnumerable<(string Path, string Text)> Walk(string path, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Walk($"{path}.{member.Name}", member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany((item, index) => Walk($"{path}.{index}", item)),
        _ => [(path, element.GetString()!)],
    };

    [GeneratedRegex("\\{[a-z0-9]+\\}")]
    private static partial Regex Braces();

    [GeneratedRegex("#[0-9a-f]{6}")]
    private static partial Regex Colours();
}
