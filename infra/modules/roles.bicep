// Who may do what with the two accounts: the app through its identity, and a developer for local runs.
param hostAccount string
param dataAccount string
param appPrincipalId string
param userPrincipalId string = ''

var blobOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
var blobContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
var queueContributor = '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
var tableContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'

var principals = concat(
  [{ id: appPrincipalId, type: 'ServicePrincipal' }],
  empty(userPrincipalId) ? [] : [{ id: userPrincipalId, type: 'User' }]
)
var hostGrants = flatten(map(principals, p => map([blobOwner, queueContributor, tableContributor], role => { principal: p, role: role })))
var dataGrants = flatten(map(principals, p => map([blobContributor, queueContributor, tableContributor], role => { principal: p, role: role })))

resource host 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: hostAccount
}

resource data 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: dataAccount
}

resource onHost 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for grant in hostGrants: {
    scope: host
    name: guid(host.id, grant.principal.id, grant.role)
    properties: {
      principalId: grant.principal.id
      principalType: grant.principal.type
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', grant.role)
    }
  }
]

resource onData 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for grant in dataGrants: {
    scope: data
    name: guid(data.id, grant.principal.id, grant.role)
    properties: {
      principalId: grant.principal.id
      principalType: grant.principal.type
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', grant.role)
    }
  }
]
