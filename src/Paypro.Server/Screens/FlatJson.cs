using System.Text.Json;

namespace Paypro.Server.Screens;

/// <summary>A JSON object as names and values, for people: <c>terms.way</c> for what is inside another object.</summary>
internal static class FlatJson
{
    private const int MostMembers = 10;

    /// <returns>Empty for what is no object.</returns>
    public static Dictionary<string, string> Of(string json)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            if (json.Length > 0)
            {
                using var document = JsonDocument.Parse(json);
                Add(found, "", document.RootElement);
            }
        }
        catch (JsonException)
        {
            // Shown as it is.
        }

        return found;
    }

    private static void Add(Dictionary<string, string> found, string path, JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in element.EnumerateObject())
            {
                Add(found, path.Length == 0 ? member.Name : $"{path}.{member.Name}", member.Value);
            }
        }
        else if (path.Length > 0)
        {
            // Of a long list its beginning and how long it is.
            found[path] = element.ValueKind == JsonValueKind.Null ? "—"
                : element.ValueKind == JsonValueKind.Array && element.GetArrayLength() is > MostMembers and var count ? $"{string.Join(", ", element.EnumerateArray().Take(MostMembers))}, … ({count})"
                : element.ToString();
        }
    }
}
