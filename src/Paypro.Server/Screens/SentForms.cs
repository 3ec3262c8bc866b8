using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Paypro.Server.Access;

namespace Paypro.Server.Screens;

/// <summary>Tells a form that is sent again from one that is sent for the first time.</summary>
internal static class SentForms
{
    /// <summary>The field that names the page of a form.</summary>
    public const string PageField = "page-id";

    /// <summary>The same form of the same page with the same content is the same; null for a form that may be sent as often as one likes.</summary>
    public static SentForm? Read(HttpContext http, SignedIn who, IFormCollection form)
    {
        if (!long.TryParse(form[PageField], NumberStyles.None, CultureInfo.InvariantCulture, out var pageId))
        {
            return null;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(http.Request.Path + http.Request.QueryString.ToUriComponent());
        foreach (var (name, values) in form.Where(f => !StepUps.IsOwn(f.Key) && !IsSecret(f.Key)).OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            Add(name);
            foreach (var value in values)
            {
                Add(value ?? "");
            }
        }

        foreach (var file in form.Files)
        {
            Add(file.Name);
            Add(file.FileName);
            using var content = file.OpenReadStream();
            hash.AppendData(SHA256.HashData(content));
        }

        return new SentForm(who.User.Id, pageId, BinaryPrimitives.ReadInt64BigEndian(hash.GetHashAndReset()));

        // A hash of little more than a password would be as good as the password to whoever copies the database.
        static bool IsSecret(string field) => field is "old" or "password" || field.StartsWith(StepUps.Secret, StringComparison.Ordinal);

        void Add(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            Span<byte> length = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }
    }
}
