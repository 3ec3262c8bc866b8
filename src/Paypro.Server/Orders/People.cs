using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Paypro.Channels;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>Seals and opens the personal data of an order; bound to the order, so that a row cannot be moved to another one.</summary>
internal sealed class People(MasterKeys keys)
{
    public PersonRow? Seal(OrderKey order, Person person, long nowMs)
    {
        if (person == Person.None)
        {
            return null;
        }

        var (keyId, sealedBytes) = keys.Seal(JsonSerializer.SerializeToUtf8Bytes(person, PersonJson.Default.Person), BoundTo(order));
        return new PersonRow { Bucket = order.Bucket, OrderId = order.Id, MasterKeyId = keyId, Sealed = sealedBytes, CreatedAtMs = nowMs };
    }

    public Person Open(PersonRow row) =>
        JsonSerializer.Deserialize(keys.Open(row.MasterKeyId, row.Sealed, BoundTo(row.Key)), PersonJson.Default.Person) ?? Person.None;

    /// <summary>What a person is bound to.</summary>
    public static string BoundTo(OrderKey order) => string.Create(CultureInfo.InvariantCulture, $"person:{order.Bucket}:{order.Id}");
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Person))]
internal sealed partial class PersonJson : JsonSerializerContext;
