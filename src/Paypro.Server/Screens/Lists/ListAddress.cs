using Microsoft.AspNetCore.WebUtilities;

namespace Paypro.Server.Screens.Lists;

/// <summary>An address of a list, read as its request was.</summary>
internal static class ListAddress
{
    public static (string Path, IQueryCollection Query) Read(string address)
    {
        var mark = address.IndexOf('?', StringComparison.Ordinal);
        return mark < 0 ? (address, QueryCollection.Empty) : (address[..mark], new QueryCollection(QueryHelpers.ParseQuery(address[mark..])));
    }
}
