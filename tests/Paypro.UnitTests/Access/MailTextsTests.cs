using System.Text.RegularExpressions;
using Paypro.Server.Mail;

namespace Paypro.UnitTests.Access;

/// <summary>Every mail in every language, with the same values.</summary>
public sealed partial class MailTextsTests
{
    [Fact]
    public void EveryTextHasItsTranslationsAndNoneIsLeftOver()
    {
        var used = MailKind.All.SelectMany(k => (string[])[k.Subject, k.Text]).Concat(MailKind.Factors).ToList();
        Assert.Equal(used.Order(StringComparer.Ordinal), MailTexts.All.Keys.Order(StringComparer.Ordinal));
        Assert.All(MailTexts.All, text =>
        {
            Assert.Equal(MailTexts.Languages.Count, text.Value.Length);
            Assert.All(text.Value, translated => Assert.Equal(Values(text.Key), Values(translated)));
            Assert.All(text.Value, translated => Assert.NotEqual(text.Key, translated));
        });
        Assert.Equal(MailKind.All.Count, MailKind.All.Select(k => k.Name).Distinct().Count());
    }

    [Fact]
    public void AMailIsInItsReadersLanguageAndElseInEnglish()
    {
        Assert.Equal("设置新密码", MailTexts.Of("zh-CN", MailKind.PasswordReset.Subject));
        Assert.Equal("Set a new password", MailTexts.Of("", MailKind.PasswordReset.Subject));
        Assert.Equal("El registro de auditoría del 2026-11-29", MailTexts.Of("es", MailKind.AuditHeads.Subject, "2026-11-29"));
    }

    private static IEnumerable<string> Values(string text) => Value().Matches(text).Select(m => m.Value).Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\{[0-9]\}")]
    private static partial Regex Value();
}
