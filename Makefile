# The README's commands, thin. Everything is in manage.py.
.PHONY: up test lock format backup

up: ## bring Madar up on http://127.0.0.1:8000
	python3 manage.py up

test: ## every check and the whole suite
	python3 manage.py test

format: ## write the code the way the checks want it
	.venv/bin/python -m ruff check --fix .
	.venv/bin/python -m ruff format .

backup: ## the database and the files, into the state folder
	python3 manage.py backup

lock: export UV_CUSTOM_COMPILE_COMMAND = make lock
lock: ## pin all dependencies anew, with hashes, for every Python and system
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes -q -o requirements.txt
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes -q -o requirements-dev.txt
	echo uv | uv pip compile - --universal --python-version 3.11 --generate-hashes --no-annotate -q -o crm_project/launcher/uv-requirement.txt
