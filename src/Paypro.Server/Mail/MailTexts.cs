using System.Globalization;
using System.Text.Json;

namespace Paypro.Server.Mail;

/// <summary>The texts of mails in the users' languages; English is the key.</summary>
internal static class MailTexts
{
    /// <summary>The order of the translations of a text.</summary>
    public static readonly IReadOnlyList<string> Languages = ["es", "pt-BR", "id", "zh-CN"];

    /// <summary>Every text with its translations.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> All = Read();

    public static string Of(string language, string text, params object[] values)
    {
        var at = Languages.ToList().IndexOf(language);
        return string.Format(CultureInfo.InvariantCulture, at >= 0 ? All[text][at] : text, values);
    }

    private static Dictionary<string, string[]> Read()
    {
        using var stream = typeof(MailTexts).Assembly.GetManifestResourceStream("mail/mails.json") ?? throw new InvalidOperationException("The program was built without its mails' texts.");
        return JsonSerializer.Deserialize<Dictionary<string, string[]>>(stream) ?? throw new InvalidOperationException("The mails' texts are empty.");
    }
}
