"""`langfuse` 4 for Python with an organisation's key: projects, keys, members and SCIM users, each answer as the SDK parses it."""
import json
import os

from langfuse.api import LangfuseAPI
from langfuse.api.organizations.types import MembershipRole
from langfuse.api.scim.types import ScimName


def client_of(public_key, secret_key):
    return LangfuseAPI(
        base_url=os.environ["LANGFUSE_HOST"],
        username=public_key,
        password=secret_key,
        x_langfuse_sdk_name="python",
        x_langfuse_sdk_version="4",
        x_langfuse_public_key=public_key,
    )


def refused(call):
    try:
        call()
        return "accepted"
    except Exception as error:  # whatever the SDK makes of it
        return type(error).__name__


api = client_of(os.environ["LANGFUSE_PUBLIC_KEY"], os.environ["LANGFUSE_SECRET_KEY"])
said = {}

project = api.projects.create(name="From Python", retention=7, metadata={"team": "a"})
said["project"] = [project.name, project.retention_days, project.metadata, project.organization.name]
project = api.projects.update(project.id, name="Renamed", retention=0)
said["renamed"] = [project.name, project.retention_days, project.metadata]
said["projects"] = [one.name for one in api.organizations.get_organization_projects().projects]

key = api.projects.create_api_key(project.id, note="CI")
said["key"] = [key.note, key.public_key[:6], key.secret_key[:6]]
said["keys"] = [one.id == key.id for one in api.projects.get_api_keys(project.id).api_keys]
inside = client_of(key.public_key, key.secret_key)
said["inside"] = [one.id == project.id for one in inside.projects.get().data]
said["wrongKeys"] = [refused(lambda: inside.organizations.get_organization_projects()), refused(lambda: api.projects.get())]
said["ownKeys"] = len(api.organizations.get_organization_api_keys().api_keys)

user = api.scim.create_user(user_name="ada@example.com", name=ScimName(formatted="Ada"))
said["user"] = [user.user_name, user.name.formatted, api.scim.get_user(user.id).id == user.id]
found = api.scim.list_users(filter='userName eq "ada@example.com"', start_index=1, count=10)
said["found"] = [found.total_results, found.start_index, found.items_per_page, found.resources[0].id == user.id]
said["membersWithNone"] = [one.email for one in api.organizations.get_organization_memberships().memberships]
member = api.organizations.update_organization_membership(user_id=user.id, role=MembershipRole.MEMBER)
said["member"] = [member.email, member.role, member.name]
said["members"] = [one.email for one in api.organizations.get_organization_memberships().memberships]
there = api.organizations.update_project_membership(project.id, user_id=user.id, role=MembershipRole.VIEWER)
said["inProject"] = [there.role] + [one.role for one in api.organizations.get_project_memberships(project.id).memberships]
said["left"] = api.organizations.delete_project_membership(project.id, user_id=user.id).user_id == user.id
said["removed"] = api.organizations.delete_organization_membership(user_id=user.id).user_id == user.id
said["gone"] = refused(lambda: api.scim.get_user(user.id))
again = api.scim.create_user(user_name="ada@example.com", name=ScimName(formatted="Ada"))
api.scim.delete_user(again.id)

config = api.scim.get_service_provider_config()
said["scim"] = [
    config.filter.supported,
    [one.id for one in api.scim.get_resource_types().resources],
    [one.name for one in api.scim.get_schemas().resources],
]
said["keyDeleted"] = api.projects.delete_api_key(project.id, key.id).success
said["deleted"] = api.projects.delete(project.id).success
said["projectsAtTheEnd"] = [one.name for one in api.organizations.get_organization_projects().projects]

print(json.dumps(said))
