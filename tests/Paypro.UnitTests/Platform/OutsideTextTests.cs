using System.Text;
using CsCheck;
using Paypro.Server.Platform;

namespace Paypro.UnitTests.Platform;

public sealed class OutsideTextTests
{
    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.Char.Select(c => c.ToString()), Gen.Const("\0"), Gen.Const("\r\n"), Gen.Const("\ud83d"), Gen.Const("\ude00"), Gen.Const("\U0001F600"), Gen.Const("e\u0301"),
        Gen.Const("\U0001F468\u200D\U0001F469\u200D\U0001F467")).Array[0, 12].Select(string.Concat);

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a\0b", "a\uFFFDb")]
    [InlineData("a\tb\r\nc", "a b  c")]
    [InlineData("a\u0007\u0085", "a\uFFFD\uFFFD")]
    [InlineData("ü€\U0001F600", "ü€\U0001F600")]
    public void ALineIsMadeStorable(string text, string expected) => Assert.Equal(expected, OutsideText.Line(text, 100));

    /// <summary>Halves of a character, which no attribute can carry.</summary>
    [Fact]
    public void HalfACharacterIsReplaced()
    {
        Assert.Equal("a\uFFFDb", OutsideText.Line("a\ud83db", 100));
        Assert.Equal("\uFFFD\uFFFD", OutsideText.Line("\ude00\ud83d", 100));
        Assert.False(OutsideText.IsClean("\ud83d"));
        Assert.False(OutsideText.IsClean("a\ude00b"));
    }

    [Fact]
    public void LinesStayLines() => Assert.Equal("a\tb\r\nc\uFFFD", OutsideText.Lines("a\tb\r\nc\0", 100));

    [Theory]
    [InlineData("ab\U0001F600", 3, "ab")]
    [InlineData("ab\U0001F600", 4, "ab\U0001F600")]
    [InlineData("abe\u0301", 3, "ab")]
    [InlineData("a\U0001F468\u200D\U0001F469\u200D\U0001F467b", 8, "a")]
    [InlineData("a\u0301\u0301\u0301", 2, "a\u0301")]
    [InlineData("\U0001F600\u0301\u0301", 1, "")]
    public void NothingIsCutInTwo(string text, int atMost, string expected) => Assert.Equal(expected, OutsideText.Line(text, atMost));

    /// <summary>Whatever comes: short enough, storable by both databases, the same when it is done again, and untouched when it was clean and short.</summary>
    [Fact]
    public void AnyTextComesOutStorable() => Gen.Select(Texts, Gen.Int[1, 20]).Sample((text, atMost) =>
    {
        var clean = OutsideText.Line(text, atMost);

        Assert.True(clean.Length <= atMost);
        Assert.DoesNotContain(clean, char.IsControl);
        Assert.NotNull(Strict.GetBytes(clean));
        Assert.True(OutsideText.IsClean(clean));
        Assert.Equal(clean, OutsideText.Line(clean, atMost));
        if (OutsideText.IsClean(text))
        {
            Assert.StartsWith(clean, text, StringComparison.Ordinal);
            Assert.True(clean.Length == text.Length || text.Length > atMost);
        }
    });

    [Theory]
    [InlineData("", true)]
    [InlineData("2026-11-28|40012|ÁB\U0001F600", true)]
    [InlineData("a\0", false)]
    [InlineData("a\n", false)]
    public void AKeyIsCleanOrNot(string key, bool isClean) => Assert.Equal(isClean, OutsideText.IsClean(key));
}
